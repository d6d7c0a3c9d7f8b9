/** What one would type, and what it does: shown below `--help` and in the reference of commands. */
interface Example {
  /** After `switchyard`. */
  readonly words: string;
  readonly does: string;
}

export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  init: [
    { words: 'init', does: 'asks a few questions and writes the first configuration' },
    { words: 'init --yes --provider zai --haiku zai/glm-4.7', does: 'the same for scripts' },
  ],
  doctor: [
    { words: 'doctor', does: 'what is wrong, and what to do about it; exit code 5 when something fails' },
    { words: 'doctor --fix', does: 'mends file modes, stale notes and receipts' },
  ],
  import: [
    {
      words: 'import config.json --dry-run',
      does: 'shows what it would write, and what it cannot take over',
    },
  ],
  start: [
    { words: 'start', does: 'in the foreground, on the port of the configuration (8082)' },
    { words: 'start --detach', does: 'in the background; switchyard logs shows what it says' },
    { words: 'start --port 0 --config ./try.yaml', does: 'a second one, to try a configuration' },
  ],
  stop: [{ words: 'stop', does: 'lets running answers finish, then ends' }],
  restart: [{ words: 'restart 9000', does: 'starts it again on port 9000, with the flags it had' }],
  status: [{ words: 'status --json', does: 'for scripts' }],
  logs: [{ words: 'logs --follow', does: 'what it says from now on' }],
  run: [
    { words: 'run claude', does: 'Claude Code through the gateway, which is started if none runs' },
    { words: 'run claude haiku -- -p "say hi"', does: 'one question to the tier haiku' },
  ],
  connect: [
    { words: 'connect --list', does: 'which clients are there, and where their settings point' },
    { words: 'connect claude --dry-run', does: 'shows the lines that would change' },
    { words: 'connect claude --statusline', does: 'asks, writes, and can be undone' },
  ],
  disconnect: [{ words: 'disconnect claude', does: 'gives the settings back as they were' }],
  clients: [{ words: 'clients', does: 'each client: protected by the cascade or not, and why' }],
  'shell-init': [{ words: 'shell-init bash', does: 'eval "$(switchyard shell-init bash)" in ~/.bashrc' }],
  statusline: [{ words: 'statusline', does: 'what Claude Code calls, with its JSON on stdin' }],
  env: [{ words: 'env', does: 'eval "$(switchyard env)" sets them in this shell' }],
  chain: [
    { words: 'chain add headroom', does: 'writes the known helper Headroom into the configuration' },
    { words: 'chain up', does: 'starts the gateway, if none runs, and its helper services' },
    { words: 'chain logs headroom --follow', does: 'what it prints from now on' },
  ],
  proxies: [{ words: 'proxies status', does: 'every entry in its place, and how it fares' }],
  service: [
    { words: 'service install --dry-run', does: 'shows what would be written and run' },
    { words: 'service install', does: 'starts it now and with every login' },
    { words: 'service status', does: 'exit code 0 when it runs' },
  ],
  ok: [{ words: 'ok', does: 'exit code 0 only when every tier answered and its row is in the ledger' }],
  usage: [
    { words: 'usage', does: 'by day' },
    { words: 'usage model --since 7d', does: 'the last seven days by model' },
    { words: 'usage session --since today --json', does: 'today by session, for scripts' },
  ],
  req: [{ words: 'req ID', does: 'ID as in the header x-switchyard-exchange' }],
  tail: [{ words: 'tail', does: 'every request as it ends' }],
  export: [{ words: 'export csv --since 2026-01-01', does: 'all tries of the year on stdout' }],
  explain: [
    { words: 'explain request.json', does: 'where this body would go' },
    { words: 'explain -', does: 'the same, from stdin' },
  ],
  keys: [
    {
      words: 'keys create laptop --expires 90d --limit concurrent=4',
      does: 'a key for one client, shown once',
    },
    { words: 'keys revoke laptop', does: 'holds at once, without a restart' },
  ],
  profile: [
    { words: 'profile save cheap', does: 'keeps the routes of this moment under a name' },
    { words: 'profile use cheap', does: 'routes by it from now on' },
  ],
  routes: [
    { words: 'routes list', does: 'says where each tier and each kind of work goes' },
    {
      words: 'routes set haiku zai/glm-4.7,anthropic',
      does: 'sends the small tier to Z.ai, then to Anthropic',
    },
  ],
  breakers: [{ words: 'breakers reset', does: 'asks everybody again' }],
  mode: [
    { words: 'mode compare', does: 'Anthropic answers, and the routed target gets a copy' },
    { words: 'mode target', does: 'the routes decide again' },
  ],
  compare: [
    { words: 'compare stats', does: 'how far answers agree, what they cost and take, by task' },
    { words: 'compare list --unjudged', does: 'the newest pairs that nobody has judged' },
    { words: 'compare judge ID b', does: 'the copy was better' },
  ],
  pause: [{ words: 'pause zai', does: 'spares the provider zai until it is resumed' }],
  resume: [{ words: 'resume zai', does: 'asks it again' }],
  capture: [
    { words: 'capture errors --for 30m', does: 'keeps the bodies of what fails in the next half hour' },
  ],
  tracing: [{ words: 'tracing on', does: 'until the next start' }],
  alerts: [
    { words: 'alerts', does: 'what is wrong, what is watched and who is told' },
    { words: 'alerts test', does: 'whether every channel can be told' },
  ],
  token: [{ words: 'token', does: 'for curl -H "authorization: Bearer $(switchyard token)"' }],
  models: [{ words: 'models', does: 'what clients may ask for' }],
  config: [
    { words: 'config check', does: 'says everything that is wrong, at once' },
    { words: 'config show', does: 'every setting and where it comes from' },
  ],
  demo: [{ words: 'demo', does: 'needs no key and no network' }],
  completion: [{ words: 'completion bash', does: 'eval "$(switchyard completion bash)" in ~/.bashrc' }],
  version: [{ words: 'version --json', does: 'for bug reports' }],
};
