/** Where alerts can be sent in tests: an HTTP server that keeps what it is told, and a mail server that does the same. */
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Told {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface WebhookSink {
  readonly url: string;
  readonly told: readonly Told[];
  /** Statuses of the next answers; 200 when there are none left. */
  readonly statuses: number[];
  close(): Promise<void>;
}

export async function startWebhookSink(): Promise<WebhookSink> {
  const told: Told[] = [];
  const statuses: number[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: unknown = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString());
    // Notices are JSON objects; tests look at their fields one by one.
    told.push({ path: request.url ?? '', headers: request.headers, body: body as Told['body'] });
    response.writeHead(statuses.shift() ?? 200).end();
  };
  const server = createHttpServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server's address is no string.
  return {
    url: `http://127.0.0.1:${port}`,
    told,
    statuses,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export interface MailSink {
  readonly port: number;
  readonly mails: readonly { readonly from: string; readonly to: readonly string[]; readonly text: string }[];
  /** Users and passwords that were shown. */
  readonly logins: readonly string[];
  close(): Promise<void>;
}

/** As much of SMTP (RFC 5321) as a client needs to get rid of a mail. */
export async function startMailSink(): Promise<MailSink> {
  const mails: { from: string; to: string[]; text: string }[] = [];
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    converse(socket, mails, logins);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server's address is no string.
  return {
    port,
    mails,
    logins,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function converse(
  socket: Socket,
  mails: { from: string; to: string[]; text: string }[],
  logins: string[],
): void {
  let pending = '';
  let mail = { from: '', to: [] as string[], text: '' };
  let inData = false;
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const obey = (line: string): void => {
    if (inData) {
      if (line !== '.') mail.text += `${line}\n`;
      else {
        inData = false;
        mails.push(mail);
        mail = { from: '', to: [], text: '' };
        say('250 taken');
      }
      return;
    }
    const [verb = '', ...rest] = line.split(' ');
    switch (verb.toUpperCase()) {
      case 'EHLO':
        socket.write('250-sink\r\n250 AUTH PLAIN\r\n');
        return;
      case 'AUTH':
        logins.push(
          Buffer.from(rest[1] ?? '', 'base64')
            .toString()
            .split('\0')
            .slice(1)
            .join(':'),
        );
        return say('235 welcome');
      case 'MAIL':
        mail.from = /<(.*)>/.exec(line)?.[1] ?? '';
        return say('250 ok');
      case 'RCPT':
        mail.to.push(/<(.*)>/.exec(line)?.[1] ?? '');
        return say('250 ok');
      case 'DATA':
        inData = true;
        return say('354 go on');
      case 'QUIT':
        say('221 bye');
        socket.end();
        return;
      default:
        return say('250 ok');
    }
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const lines = (pending + chunk.toString('utf8')).split('\r\n');
    pending = lines.pop() ?? '';
    lines.forEach(obey);
  });
  say('220 sink');
}
