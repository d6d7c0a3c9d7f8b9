/** A helper service that behaves as badly as a test asks for: `node scripted-service.test-data.ts PORT [how…]`. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const [port = '0', ...how] = process.argv.slice(2);
const has = (word: string): boolean => how.includes(word);
const number = (word: string): number =>
  Number(how.find((each) => each.startsWith(`${word}=`))?.split('=')[1] ?? 0);

if (has('ignores-term')) process.on('SIGTERM', () => undefined);
if (has('exits')) process.exit(3);
if (has('grandchild')) startGrandchild(false);
if (has('runaway')) startGrandchild(true);
if (has('floods')) flood();

const server = createServer((request, response) => {
  if (request.url === '/environment') response.end(JSON.stringify(process.env));
  else if (request.url === '/die') process.exit(1);
  else if (request.url === '/pids') response.end(JSON.stringify([process.pid, ...grandchildren]));
  else response.writeHead(has('unwell') ? 500 : 200).end('ok');
});
setTimeout(() => server.listen(Number(port), '127.0.0.1'), number('slow'));
process.stdout.write(`service on ${port}\n`);

const grandchildren: number[] = [];

/** A child in a session of its own is what a daemon becomes. */
function startGrandchild(detached: boolean): void {
  const stubborn = has('ignores-term') ? 'process.on("SIGTERM",()=>{});' : '';
  const child = spawn(process.execPath, ['-e', `${stubborn}setInterval(()=>{},1e6)`], {
    detached,
    stdio: 'ignore',
  });
  setImmediate(() => grandchildren.push(child.pid ?? 0));
}

function flood(): void {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const more = (): void => {
    while (process.stdout.write(piece));
    process.stdout.once('drain', more);
  };
  more();
}
