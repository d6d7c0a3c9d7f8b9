import { fileURLToPath } from 'node:url';

/** What starts the program as a user does; it lies in the same place beside the sources and beside what is built of them. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));
