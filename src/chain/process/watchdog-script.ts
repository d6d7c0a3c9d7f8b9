/**
 * The watcher that ends services when the gateway dies without having been asked: a process of its own that reads
 * the gateway's pipe. Lines `+ 4711` and `- 4711` say which services live; the end of the pipe says that the
 * gateway is gone, however it went. Generated text, so that it costs one `sh` and no second Node on POSIX.
 */
import { MARK_VARIABLE } from './service-environment.ts';

export interface WatchdogCommand {
  readonly file: string;
  readonly words: readonly string[];
}

/** @param mark what every service of this gateway carries in its environment; letters and digits only */
export function watchdogCommand(
  { platform, node }: { readonly platform: NodeJS.Platform; readonly node: string },
  mark: string,
): WatchdogCommand {
  if (platform === 'win32') return { file: node, words: ['-e', WINDOWS_SCRIPT] };
  return { file: '/bin/sh', words: ['-c', POSIX_SCRIPT, 'switchyard-chain-watchdog', mark] };
}

/** TERM first, so that a service may tidy up; a second later nothing of it is left. */
const POSIX_SCRIPT = `
groups=
while read -r verb group; do
  case $verb in
    +) groups="$groups $group" ;;
    -) rest=
       for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
       groups=$rest ;;
  esac
done
[ -z "$groups" ] && exit 0
for each in $groups; do kill -TERM "-$each" 2>/dev/null; done
sleep 1
for each in $groups; do kill -KILL "-$each" 2>/dev/null; done
[ -d /proc/self ] || exit 0
for file in $(grep -ls "${MARK_VARIABLE}=$1" /proc/[0-9]*/environ 2>/dev/null); do
  file=\${file%/environ}
  kill -KILL "\${file#/proc/}" 2>/dev/null
done
exit 0
`;

/** Windows has no groups: taskkill follows the tree of parents. */
const WINDOWS_SCRIPT = `
const { spawnSync } = require('node:child_process');
const alive = new Set();
require('node:readline').createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [verb, id] = line.split(' ');
    if (verb === '+') alive.add(id); else alive.delete(id);
  })
  .on('close', () => {
    for (const id of alive) spawnSync('taskkill', ['/T', '/F', '/PID', id], { windowsHide: true });
  });
`;
