import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

/**
 * A real e-mail server on this machine for the length of one test, with what it has taken. `onMail`: what comes of a message
 * before the server says that it has it.
 */
export const mailServer = async (
  options: SMTPServerOptions = {},
  onMail: (mail: Taken) => Promise<void> = async () => undefined,
) => {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        };
        taken.push(mail);
        onMail(mail).then(() => done(), done);
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { port, host: '127.0.0.1', allowed: `127.0.0.1:${port}`, taken };
};
