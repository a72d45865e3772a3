/// <reference types="vite/client" />

// What Monaco reads to start its workers; declared here because the editor itself is loaded lazily, inside GraphiQL.
declare var MonacoEnvironment: { getWorker(id: string, label: string): Worker } | undefined;
