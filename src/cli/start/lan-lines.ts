import { isIPv4 } from 'node:net';

/** An address of this machine in a network, such as 192.168.1.20/24. */
export interface NetworkAddress {
  readonly address: string;
  readonly cidr: string;
}

export interface LanInput {
  /** Where the gateway listens. */
  readonly listening: readonly { readonly address: string; readonly port: number }[];
  /** Addresses of this machine beyond loopback. */
  readonly networks: readonly NetworkAddress[];
  readonly platform: NodeJS.Platform;
  readonly command: string;
}

/** The name under which predecessors' scripts find the rule again. */
const RULE = 'Claude Code Proxy';

/**
 * What to know when other machines can reach the gateway: by which URL, with which key, and what to run so that the
 * firewall of this system lets their network in and no other. Printed, never run. Nothing on loopback alone.
 */
export function formatLan({ listening, networks, platform, command }: LanInput): readonly string[] {
  const open = listening.filter(({ address }) => !isLoopback(address));
  const [first] = open;
  if (first === undefined) return [];
  const reached = networks.filter(({ address }) => open.some((each) => isReachedBy(each.address, address)));
  const urls = reached.map(({ address }) => `http://${address}:${first.port}`);
  const networksIn = [...new Set(reached.map(({ cidr }) => networkOf(cidr)))];
  return [
    `  network  ${urls.length === 0 ? `${first.address}:${first.port}` : urls.join('  ')}`,
    `  clients  need a key: ${command} keys create NAME`,
    ...(listening.some(({ address }) => isForThisMachine(address))
      ? []
      : [
          `  here     programs of this machine need one, too, until server.listen has localhost:${first.port} besides`,
        ]),
    '  firewall if it does not let them in, run as administrator:',
    ...firewallLines(platform, first.port, networksIn).map((line) => `           ${line}`),
  ];
}

function isForThisMachine(address: string): boolean {
  return isLoopback(address) || address === '0.0.0.0' || address === '::';
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** IPv4 alone is told: it is what people type, and what home networks have. */
function isReachedBy(listening: string, address: string): boolean {
  return isIPv4(address) && (listening === '0.0.0.0' || listening === address);
}

function firewallLines(
  platform: NodeJS.Platform,
  port: number,
  networks: readonly string[],
): readonly string[] {
  const from = networks.length === 0 ? ['192.168.0.0/16'] : networks;
  if (platform === 'win32')
    return [
      `New-NetFirewallRule -DisplayName "${RULE}" -Direction Inbound -Action Allow -Protocol TCP -LocalPort ${port} -Profile Private -RemoteAddress LocalSubnet`,
    ];
  if (platform === 'darwin')
    return from.map(
      (network) =>
        `echo "pass in proto tcp from ${network} to any port ${port}" | sudo pfctl -a com.apple/switchyard -Ef -`,
    );
  return from.flatMap((network) => [
    `sudo ufw allow from ${network} to any port ${port} proto tcp comment '${RULE}'`,
    `or: sudo firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="${network}" port port="${port}" protocol="tcp" accept' && sudo firewall-cmd --reload`,
  ]);
}

/** `192.168.1.20/24` → `192.168.1.0/24`. */
function networkOf(cidr: string): string {
  const [address = '', bits = '32'] = cidr.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const start = Math.floor(number / size) * size;
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join('.')}/${bits}`;
}
