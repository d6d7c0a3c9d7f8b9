import { createHash, X509Certificate } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { References } from '../config/values/references.ts';
import type { ScriptFile } from '../config/build/snapshot-build.ts';
import { parseSecretReference, type ResolvedReference } from '../config/values/secret-reference.ts';
import { Secret } from '../lib/secret.ts';
import { readTextFile } from './read-text-file.ts';

export interface ReferenceContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from: the folder of the configuration file. */
  readonly baseDirectory: string;
}

export interface ResolvedReferences {
  readonly secrets: ReadonlyMap<string, ResolvedReference<Secret>>;
  readonly certificates: ReadonlyMap<string, ResolvedReference<string>>;
  readonly scripts: ReadonlyMap<string, ResolvedReference<ScriptFile>>;
  /** Sentences about files that hold secrets and that others may read. */
  readonly warnings: readonly string[];
  /** Files that were read, for whoever watches them. */
  readonly files: readonly string[];
}

/** Follows all references of a configuration. What leads nowhere comes back as missing, with the reason. */
export async function resolveReferences(
  references: References,
  context: ReferenceContext,
): Promise<ResolvedReferences> {
  const secrets = new Map<string, ResolvedReference<Secret>>();
  const certificates = new Map<string, ResolvedReference<string>>();
  const scripts = new Map<string, ResolvedReference<ScriptFile>>();
  const warnings: string[] = [];
  const files: string[] = [];
  for (const text of references.secrets) {
    const reference = parseSecretReference(text);
    if (reference?.kind === 'env') secrets.set(text, fromEnvironment(reference.variable, context));
    if (reference?.kind !== 'file') continue;
    const path = locate(reference.path, context);
    files.push(path);
    const { resolved, openToOthers } = await readSecretFile(path);
    secrets.set(text, resolved);
    if (openToOthers)
      warnings.push(`The secret file ${path} can be read by other users. Run: chmod 600 ${path}`);
  }
  for (const configured of references.certificateFiles) {
    const path = locate(configured, context);
    files.push(path);
    certificates.set(configured, await readCertificates(path));
  }
  for (const configured of references.scripts) {
    const path = locate(configured, context);
    files.push(path);
    scripts.set(configured, await readScript(path));
  }
  return { secrets, certificates, scripts, warnings, files };
}

/** `~/` is the user's home; other relative paths start at the configuration file. */
function locate(path: string, { baseDirectory }: ReferenceContext): string {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isAbsolute(path) ? path : resolve(baseDirectory, path);
}

function fromEnvironment(variable: string, { environment }: ReferenceContext): ResolvedReference<Secret> {
  const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
  if (value === undefined || value.trim() === '')
    return missing(`the environment variable ${variable} is not set`);
  return toSecret(value, `the environment variable ${variable}`);
}

async function readSecretFile(
  path: string,
): Promise<{ readonly resolved: ResolvedReference<Secret>; readonly openToOthers: boolean }> {
  const file = await readTextFile(path);
  if (file.kind === 'absent')
    return { resolved: missing(`the file ${path} does not exist`), openToOthers: false };
  if (file.kind === 'unreadable') {
    return { resolved: missing(`the file ${path} cannot be used: ${file.reason}`), openToOthers: false };
  }
  return { resolved: toSecret(file.text, `the file ${path}`), openToOthers: file.openToOthers };
}

/** A key with a line break or other control character inside would break, or split, the header it is sent in. */
function toSecret(text: string, where: string): ResolvedReference<Secret> {
  const value = text.trim();
  if (value === '') return missing(`${where} is empty`);
  if (!/^[\x20-\x7e]+$/.test(value)) return missing(`${where} holds characters that no key has`);
  return { kind: 'present', value: new Secret(value) };
}

async function readScript(path: string): Promise<ResolvedReference<ScriptFile>> {
  const file = await readTextFile(path);
  if (file.kind === 'absent') return missing(`the file ${path} does not exist`);
  if (file.kind === 'unreadable') return missing(`the file ${path} cannot be used: ${file.reason}`);
  const fingerprint = createHash('sha256').update(file.text).digest('hex').slice(0, 16);
  return { kind: 'present', value: { path, fingerprint } };
}

async function readCertificates(path: string): Promise<ResolvedReference<string>> {
  const file = await readTextFile(path);
  if (file.kind === 'absent') return missing(`the file ${path} does not exist`);
  if (file.kind === 'unreadable') return missing(`the file ${path} cannot be used: ${file.reason}`);
  const blocks = file.text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return missing(`the file ${path} holds no PEM certificate`);
  if (!blocks.every(isCertificate)) return missing(`the file ${path} holds a broken certificate`);
  return { kind: 'present', value: file.text };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function missing(reason: string): { readonly kind: 'missing'; readonly reason: string } {
  return { kind: 'missing', reason };
}
