/**
 * What is known of a client: where its settings lie, which of its keys point at a gateway, how it is started on one,
 * and what it loses by it. Adding a client is one file in `clients/` and one line in `registry.ts`.
 */
import type { Format } from '../domain/format.ts';
import type { JsonObject } from '../domain/json-value.ts';
import type { Tier } from '../domain/tier.ts';
import type { Secret } from '../lib/secret.ts';
import type { KeyEdit } from './edits/edit-text.ts';
import type { SyntaxName } from './edits/syntax.ts';

/** The system a client runs on, as facts: nothing here asks for them itself. */
export interface SystemFacts {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A file of a client. */
export interface ClientFile {
  /** What this client's edits call it. */
  readonly role: string;
  /** Where it may lie, absolute: the first that exists is taken, else the last is made. */
  readonly places: readonly string[];
  readonly syntax: SyntaxName;
  /** The client itself takes no comment and no trailing comma: with one, none of the file is in effect. */
  readonly strict?: true;
}

/** One tier of the gateway, as a client gets to see it. */
export interface TierForClient {
  /** A model name that leads to this tier. */
  readonly model: string;
  /** Whether the tier is served by a model with a name of its own, which the client's menu is to show. */
  readonly named: boolean;
  /** What serves it, the first target and those that take over; `provider/model` where a model is named. */
  readonly serves: readonly string[];
  /** Tokens the serving model takes; `undefined` where nobody knows. */
  readonly contextWindow: number | undefined;
  /** Whether the caller's own credential goes upstream: a client without one is not served. */
  readonly callerPays: boolean;
}

/** The gateway, as a client is to be pointed at it. */
export interface GatewayForClient {
  /** Without a path, but for a profile's: `http://127.0.0.1:8082`, `http://gateway.lan:8082/p/cheap`. */
  readonly url: string;
  /** The client key that a gateway on another machine asks for. */
  readonly key?: Secret | undefined;
  readonly tiers: Readonly<Record<Tier, TierForClient>>;
  /** The tier that was asked for; `undefined` leaves it to the client. */
  readonly tier: Tier | undefined;
  /** The command that prints the status line, where one is wanted. */
  readonly statusLine?: string | undefined;
}

/** Variables to set, and variables (value `undefined`) to take away. */
export type EnvironmentChange = Readonly<Record<string, string | undefined>>;

/** How a client is started through a gateway without a change of its files. */
export interface Launch {
  readonly environment: EnvironmentChange;
  /** Words of its command line, before the user's own. */
  readonly arguments: readonly string[];
  /** A copy of one of its files with our keys in it, for clients that no variable moves. */
  readonly overlay?: Overlay | undefined;
}

export interface Overlay {
  readonly role: string;
  /** The variable that tells the client where the copy is. */
  readonly variable: string;
  /** Set where the variable names a directory: the place of the file below it. */
  readonly below?: string;
}

/** A client's files as plain values, by role; of a file that is not there, nothing. */
export type ClientValues = Readonly<Record<string, JsonObject>>;

/** What is there when a client is started. */
interface Present {
  readonly environment: SystemFacts['environment'];
  readonly values: ClientValues;
}

export interface ClientSetup {
  /** The name of its executable, and what it is called on our command line. */
  readonly name: string;
  readonly title: string;
  /** What it speaks to the gateway when it is set up as here. */
  readonly speaks: Format;
  /** How a user installs it. */
  readonly install: string;
  /**
   * How a gateway's client key gets into its requests: in a header of its own, whatever the key looks like; in place of the
   * client's API key, which only a key that begins with `sy-` can take; or in no way that is known.
   */
  readonly keyTravels: 'as-header' | 'as-api-key' | 'unknown';
  readonly files: (system: SystemFacts) => readonly ClientFile[];
  /** What `connect` writes, by role; the values are those of the user, without ours. */
  readonly edits: (
    gateway: GatewayForClient,
    values: ClientValues,
  ) => Readonly<Record<string, readonly KeyEdit[]>>;
  readonly launch: (gateway: GatewayForClient, present: Present) => Launch;
  /** The base URL its files send its requests to; `undefined` where they name none. */
  readonly pointsAt: (values: ClientValues) => string | undefined;
  /** Variables that, when set in a shell, lead its requests past what `connect` wrote. */
  readonly bypasses: readonly string[];
  /** What its user loses, in sentences. */
  readonly stopsWorking: readonly string[];
  /** What its user should know of these very files. */
  readonly remarks: (values: ClientValues, gateway?: GatewayForClient) => readonly string[];
}

/** A key for clients that insist on one. On loopback the gateway takes any, and none is ever passed on. */
export const DUMMY_KEY = 'pass';

/** The header that carries a client key past all others. */
export const KEY_HEADER = 'x-switchyard-key';

/** What a client sends as its API key: the gateway's client key where there is one, else what insists on nothing. */
export function apiKeyOf({ key }: GatewayForClient): string {
  return key?.reveal() ?? DUMMY_KEY;
}

/** The tier of clients that do not choose one themselves. */
export function chosenTier({ tier, tiers }: GatewayForClient): TierForClient {
  return tiers[tier ?? 'sonnet'];
}
