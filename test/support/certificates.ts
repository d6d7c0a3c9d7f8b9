/**
 * Throw-away certificate authorities and leaf certificates for tests, made by `openssl` once per test process
 * and removed when it ends. Nothing here may ever be trusted outside a test.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** PEM texts, as `tls.createServer` takes them. */
  readonly key: string;
  readonly cert: string;
}

export interface LeafOptions {
  /** Days from now until it expires; negative for one that has expired. */
  readonly days?: number;
}

export class TestAuthority {
  /** PEM text of the authority's certificate: what a client must trust. */
  readonly certificate: string;
  readonly #folder: string;
  readonly #leaves = new Map<string, Certificate>();

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'switchyard-certificates-'));
    process.once('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
    this.#openssl(
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout ca.key -out ca.pem',
      '-subj',
      '/CN=Switchyard test authority',
    );
    this.certificate = this.#read('ca.pem');
  }

  /** A certificate for host names or addresses, the same one for the same arguments. */
  issue(names: readonly string[], options: LeafOptions = {}): Certificate {
    const key = `${names.join()} ${options.days ?? 1}`;
    const known = this.#leaves.get(key);
    if (known !== undefined) return known;
    const issued = this.#issue(names, options.days ?? 1);
    this.#leaves.set(key, issued);
    return issued;
  }

  #issue(names: readonly string[], days: number): Certificate {
    const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join();
    writeFileSync(join(this.#folder, 'leaf.ext'), `subjectAltName=${alternatives}\n`);
    this.#openssl(
      'req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout leaf.key -out leaf.csr',
      '-subj',
      `/CN=${names[0] ?? 'leaf'}`,
    );
    this.#openssl(
      `x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile leaf.ext -out leaf.pem -days ${days}`,
    );
    return { key: this.#read('leaf.key'), cert: this.#read('leaf.pem') };
  }

  #openssl(command: string, ...more: string[]): void {
    execFileSync('openssl', [...command.split(' '), ...more], { cwd: this.#folder, stdio: 'pipe' });
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8');
  }
}

let shared: TestAuthority | undefined;

/** The authority that the tests of one process share. */
export function testAuthority(): TestAuthority {
  shared ??= new TestAuthority();
  return shared;
}
