"""The pages that run in the browser: TypeScript sources, and the command that bundles them into web/static."""
