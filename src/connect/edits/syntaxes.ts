import { envSyntax } from './env-syntax.ts';
import { jsonSyntax } from './json-syntax.ts';
import type { Syntax, SyntaxName } from './syntax.ts';
import { tomlSyntax } from './toml-syntax.ts';
import { yamlSyntax } from './yaml-syntax.ts';

export const SYNTAXES: Readonly<Record<SyntaxName, Syntax>> = {
  json: jsonSyntax,
  toml: tomlSyntax,
  yaml: yamlSyntax,
  env: envSyntax,
};
