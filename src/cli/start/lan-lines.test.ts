import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLan, type LanInput } from './lan-lines.ts';

const networks = [
  { address: '192.168.7.20', cidr: '192.168.7.20/24' },
  { address: '10.130.1.2', cidr: '10.130.1.2/9' },
  { address: 'fe80::1', cidr: 'fe80::1/64' },
];
const everywhere = [{ address: '0.0.0.0', port: 8082 }];

const lines = (changes: Partial<LanInput>) =>
  formatLan({ listening: everywhere, networks, platform: 'linux', command: 'switchyard', ...changes }).join(
    '\n',
  );

test('on loopback alone nothing is said', () => {
  const listening = [
    { address: '127.0.0.1', port: 8082 },
    { address: '::1', port: 8082 },
  ];
  assert.equal(lines({ listening }), '');
});

test('the URLs for other machines and the way to a key are told', () => {
  assert.match(lines({}), /network {2}http:\/\/192\.168\.7\.20:8082 {2}http:\/\/10\.130\.1\.2:8082/);
  assert.match(lines({}), /switchyard keys create NAME/);
  const one = lines({ listening: [{ address: '192.168.7.20', port: 9 }] });
  assert.match(one, /http:\/\/192\.168\.7\.20:9$/m);
  assert.doesNotMatch(one, /10\.130/);
  assert.match(
    one,
    /here +programs of this machine need one, too, until server\.listen has localhost:9 besides/,
  );
  assert.doesNotMatch(lines({}), /programs of this machine/);
});

for (const [platform, expected] of [
  ['linux', /sudo ufw allow from 192\.168\.7\.0\/24 to any port 8082 proto tcp comment 'Claude Code Proxy'/],
  ['linux', /firewall-cmd .*source address="10\.128\.0\.0\/9" port port="8082"/],
  ['darwin', /pass in proto tcp from 192\.168\.7\.0\/24 to any port 8082" \| sudo pfctl/],
  [
    'win32',
    /New-NetFirewallRule -DisplayName "Claude Code Proxy" .*-LocalPort 8082 -Profile Private -RemoteAddress LocalSubnet/,
  ],
] as const)
  test(`${platform} is told how to let its own network in: ${expected.source.slice(0, 20)}`, () => {
    assert.match(lines({ platform }), expected);
  });
