import pytest
async def test_x(database_url):
    assert database_url
def test_check(cluster):
    from app.migrations import check, rehearse
    import threading
    out=[]
    t=threading.Thread(target=lambda: out.append(check(cluster.dsn))); t.start(); t.join()
    print(out); assert out==[[]]
