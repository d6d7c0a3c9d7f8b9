/**
 * The admin API as one table. Adding a route is one entry here: the server then fails to compile without a
 * handler for it, and the admin client can call it.
 */
import type { z } from 'zod';
import type { EndpointAnswer } from './endpoint.ts';
import { bodiesEndpoint, captureEndpoint, setCaptureEndpoint } from './capture.ts';
import {
  chainActionEndpoint,
  chainDownEndpoint,
  chainEndpoint,
  chainLogEndpoint,
  chainUpEndpoint,
} from './chain.ts';
import { changeConfigEndpoint, configEndpoint } from './config.ts';
import {
  deleteProfileEndpoint,
  profilesEndpoint,
  saveProfileEndpoint,
  useProfileEndpoint,
} from './profiles.ts';
import { changeRouterConfigEndpoint, routerConfigEndpoint } from './router-config.ts';
import { exchangeEndpoint, exchangesEndpoint, recentEndpoint } from './exchanges.ts';
import { eventsEndpoint } from './events-endpoint.ts';
import { explainEndpoint } from './explain.ts';
import { exportEndpoint } from './export.ts';
import {
  breakersEndpoint,
  importBreakersEndpoint,
  openBreakerEndpoint,
  pauseEndpoint,
  resetBreakersEndpoint,
} from './guard.ts';
import { healthEndpoint } from './health.ts';
import { modeEndpoint, switchModeEndpoint } from './mode.ts';
import { judgePairEndpoint, pairEndpoint, pairsEndpoint, pairStatsEndpoint } from './pairs.ts';
import { metricsEndpoint } from './metrics.ts';
import { openApiEndpoint } from './openapi.ts';
import { changeProxyChainEndpoint, proxyChainEndpoint } from './proxy-chain.ts';
import { readyEndpoint } from './ready.ts';
import { shutdownEndpoint } from './shutdown.ts';
import { statsEndpoint } from './stats.ts';
import { statusEndpoint } from './status.ts';
import { rollupsEndpoint } from './rollups.ts';
import { samplesEndpoint } from './samples.ts';
import {
  acknowledgeAlertEndpoint,
  alertsEndpoint,
  resolveAlertEndpoint,
  testAlertsEndpoint,
} from './alerts.ts';
import { switchTracingEndpoint, tracingEndpoint } from './tracing.ts';

export const ENDPOINTS = {
  health: healthEndpoint,
  ready: readyEndpoint,
  status: statusEndpoint,
  stats: statsEndpoint,
  samples: samplesEndpoint,
  rollups: rollupsEndpoint,
  exchanges: exchangesEndpoint,
  exchange: exchangeEndpoint,
  bodies: bodiesEndpoint,
  capture: captureEndpoint,
  setCapture: setCaptureEndpoint,
  recent: recentEndpoint,
  export: exportEndpoint,
  events: eventsEndpoint,
  metrics: metricsEndpoint,
  explain: explainEndpoint,
  mode: modeEndpoint,
  switchMode: switchModeEndpoint,
  pairs: pairsEndpoint,
  // Before the path with a parameter, which it fits, too.
  pairStats: pairStatsEndpoint,
  pair: pairEndpoint,
  judgePair: judgePairEndpoint,
  breakers: breakersEndpoint,
  resetBreakers: resetBreakersEndpoint,
  openBreaker: openBreakerEndpoint,
  importBreakers: importBreakersEndpoint,
  pause: pauseEndpoint,
  chain: chainEndpoint,
  chainUp: chainUpEndpoint,
  chainDown: chainDownEndpoint,
  chainAction: chainActionEndpoint,
  chainLog: chainLogEndpoint,
  openApi: openApiEndpoint,
  tracing: tracingEndpoint,
  switchTracing: switchTracingEndpoint,
  alerts: alertsEndpoint,
  testAlerts: testAlertsEndpoint,
  acknowledgeAlert: acknowledgeAlertEndpoint,
  resolveAlert: resolveAlertEndpoint,
  config: configEndpoint,
  changeConfig: changeConfigEndpoint,
  routerConfig: routerConfigEndpoint,
  changeRouterConfig: changeRouterConfigEndpoint,
  profiles: profilesEndpoint,
  useProfile: useProfileEndpoint,
  saveProfile: saveProfileEndpoint,
  deleteProfile: deleteProfileEndpoint,
  proxyChain: proxyChainEndpoint,
  changeProxyChain: changeProxyChainEndpoint,
  shutdown: shutdownEndpoint,
} as const;

export type EndpointName = keyof typeof ENDPOINTS;

/** The parsed body an endpoint answers with. */
export type ResponseOf<Name extends EndpointName> = z.infer<(typeof ENDPOINTS)[Name]['response']>;

/** What a handler is asked, parsed. */
export interface InputOf<Name extends EndpointName> {
  readonly query: z.output<(typeof ENDPOINTS)[Name]['query']>;
  readonly parameters: z.output<(typeof ENDPOINTS)[Name]['parameters']>;
  readonly body: z.output<(typeof ENDPOINTS)[Name]['body']>;
}

/** What a caller asks, as it is written into a URL. */
export interface RequestOf<Name extends EndpointName> {
  readonly query?: z.input<(typeof ENDPOINTS)[Name]['query']>;
  readonly parameters?: z.input<(typeof ENDPOINTS)[Name]['parameters']>;
  readonly body?: z.input<(typeof ENDPOINTS)[Name]['body']>;
}

/** One handler per endpoint; `Call` is whatever the server knows of a request (who calls, from where). */
export type EndpointHandlers<Call> = {
  readonly [Name in EndpointName]: (
    call: Call,
    input: InputOf<Name>,
  ) => EndpointAnswer<ResponseOf<Name>> | Promise<EndpointAnswer<ResponseOf<Name>>>;
};
