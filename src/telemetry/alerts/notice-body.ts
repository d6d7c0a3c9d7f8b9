import { alertFields } from './alert-fields.ts';
import { noticeLine, type Notice } from './alert.ts';

/** What a webhook gets. Fields are only ever added. */
export function webhookBody(notice: Notice): object {
  const { kind, alert, source } = notice;
  return {
    event: `alert.${kind}`,
    text: noticeLine(notice),
    source,
    alert: alertFields(alert),
  };
}

/** What Slack and its like get. Text of others is escaped, so that it cannot call a whole channel. */
export function slackBody(notice: Notice): object {
  const escaped = noticeLine(notice).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { text: `${escaped}\n_${notice.source}_` };
}

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

const LONGEST_SUBJECT = 150;

export function mailText(notice: Notice): MailText {
  const { alert, source } = notice;
  const line = noticeLine(notice);
  return {
    subject: `Switchyard ${line}`.replaceAll(/\s+/g, ' ').slice(0, LONGEST_SUBJECT),
    text: [
      line,
      '',
      `since     ${new Date(alert.firedAt).toISOString()}`,
      ...(alert.resolvedAt === undefined ? [] : [`until     ${new Date(alert.resolvedAt).toISOString()}`]),
      `priority  ${alert.priority}`,
      `gateway   ${source}`,
      '',
      'Open alerts: switchyard alerts',
    ].join('\n'),
  };
}
