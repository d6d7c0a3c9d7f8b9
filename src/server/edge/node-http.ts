/**
 * `node:http` without its browser-like parts. An `import` of it reads every one of its exports, and reading
 * `WebSocket` and its like loads the whole HTTP client that Node brings along: 70 ms and 8 MB at every start.
 */
export const { createServer, request, STATUS_CODES } = process.getBuiltinModule('node:http');
