import { describe, expect, it, vi } from 'vitest';
import { NodeError } from '../../engine/errors.ts';
import type { MailMessage, MailServer } from '../../engine/mail-port.ts';
import { makeMail } from '../../shared/adapters/egress-mail.ts';
import { mailServer } from '../peers/mail-server.ts';
import { loopback } from './loopback.ts';

const aMessage = (changes: Partial<MailMessage> = {}): MailMessage => ({
  from: 'Shop <shop@example.com>',
  to: ['ada@example.com'],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: 'Your order',
  text: 'Thank you!',
  html: undefined,
  headers: {},
  messageId: '<1@example.com>',
  date: Date.UTC(2026, 0, 5, 9),
  attachments: [],
  ...changes,
});

const aServer = (changes: Partial<MailServer> = {}): MailServer => ({
  host: '127.0.0.1',
  port: 587,
  security: 'off',
  username: undefined,
  password: undefined,
  ...changes,
});

const options = (milliseconds = 5_000, signal = new AbortController().signal) => ({
  timeoutMilliseconds: milliseconds,
  signal,
});

const resolvesTo = (...addresses: string[]) =>
  vi.fn(async () => addresses.map((address) => ({ address, family: 4 })));

describe('e-mail goes nowhere but to public servers', () => {
  it.each([
    ['this machine', '127.0.0.1', 587, 'http.blockedAddress'],
    ['an address written as a number', '2130706433', 587, 'http.blockedAddress'],
    ['metadata of the cloud', '169.254.169.254', 25, 'http.blockedAddress'],
    ['this machine in IPv6', '::1', 465, 'http.blockedAddress'],
    ['a mapped address', '::ffff:127.0.0.1', 465, 'http.blockedAddress'],
    ['a port that is none for e-mail', 'mail.example.com', 6379, 'http.refused'],
    ['a name that is none', 'a b', 587, 'http.refused'],
  ])('not to %s', async (_, host, port, code) => {
    const mail = makeMail({ resolve: resolvesTo('127.0.0.1') });
    await expect(mail.send(aMessage(), aServer({ host, port }), options())).rejects.toMatchObject({ code });
  });

  it('not where one of the addresses of a name is private', async () => {
    const mail = makeMail({ resolve: resolvesTo('93.184.215.14', '10.0.0.1') });
    const sending = mail.send(aMessage(), aServer({ host: 'mail.test' }), options());
    await expect(sending).rejects.toMatchObject({ code: 'http.blockedAddress' });
  });

  it('to the address that was looked at, whatever the name gives later', async () => {
    const { port, taken } = await mailServer();
    const resolve = vi
      .fn()
      .mockResolvedValueOnce([{ address: '127.0.0.1', family: 4 }])
      .mockResolvedValue([{ address: '192.0.2.1', family: 4 }]);
    const mail = makeMail({ resolve, allowedHosts: [`mail.test:${port}`] });

    await mail.send(aMessage(), aServer({ host: 'mail.test', port }), options());

    expect(taken).toHaveLength(1);
    expect(resolve).toHaveBeenCalledTimes(1);
  });
});

describe('e-mail', () => {
  const send = async (message: MailMessage, serverOptions = {}, server: Partial<MailServer> = {}) => {
    const { port, host, allowed, taken } = await mailServer(serverOptions);
    const mail = makeMail({ allowedHosts: [allowed] });
    const sent = await mail.send(message, aServer({ host, port, ...server }), options());
    return { sent, taken };
  };

  it('arrives with its headers, texts and attachments', async () => {
    const content = Buffer.from('a,b\r\n1,2\r\n');
    const { sent, taken } = await send(
      aMessage({
        cc: ['Bob "B" <bob@example.com>'.replaceAll('"', '')],
        bcc: ['secret@example.com'],
        replyTo: ['help@example.com'],
        subject: 'Grüße',
        html: '<p>Thank you!</p>',
        headers: { 'X-Order': '7' },
        attachments: [
          {
            fileName: 'résumé.csv',
            mediaType: 'text/csv',
            open: async () =>
              (async function* () {
                yield content.subarray(0, 4);
                yield content.subarray(4);
              })(),
          },
        ],
      }),
    );
    expect(sent).toMatchObject({
      accepted: ['ada@example.com', 'bob@example.com', 'secret@example.com'],
      rejected: [],
    });
    const [mail] = taken;
    expect(mail).toMatchObject({
      from: 'shop@example.com',
      to: ['ada@example.com', 'bob@example.com', 'secret@example.com'],
    });
    expect(mail?.text).toMatch(/^From: Shop <shop@example.com>\r$/m);
    expect(mail?.text).toMatch(/^Subject: =\?UTF-8\?Q\?Gr=C3=BC=C3=9Fe\?=\r$/m);
    expect(mail?.text).toMatch(/^Message-ID: <1@example.com>\r$/m);
    expect(mail?.text).toMatch(/^Date: Mon, 05 Jan 2026 09:00:00 \+0000\r$/m);
    expect(mail?.text).toMatch(/^X-Order: 7\r$/m);
    expect(mail?.text).toMatch(/^Reply-To: help@example.com\r$/m);
    expect(mail?.text).toContain(content.toString('base64'));
    expect(mail?.text).toContain('<p>Thank you!</p>');
    expect(mail?.text).not.toContain('secret@example.com');
  });

  it('is the same when it is only written down', async () => {
    const bytes = await makeMail().compose(aMessage({ html: '<b>!</b>' }));
    const text = Buffer.from(bytes).toString();
    expect(text).toMatch(/^To: ada@example.com\r$/m);
    expect(text).toContain('Thank you!');
  });

  it('logs in', async () => {
    const onAuth = (
      auth: { username?: string; password?: string },
      _: unknown,
      done: (error: Error | null, answer?: object) => void,
    ) =>
      auth.username === 'me' && auth.password === 'secret'
        ? done(null, { user: 'me' })
        : done(new Error('no'));
    const login = { username: 'me', password: 'secret' };
    expect((await send(aMessage(), { authOptional: false, onAuth }, login)).taken).toHaveLength(1);
    await expect(
      send(aMessage(), { authOptional: false, onAuth }, { ...login, password: 'other' }),
    ).rejects.toMatchObject({
      code: 'email.authentication',
      retryable: false,
    });
  });

  it.each([
    [550, 'No such user', false],
    [451, 'Try again later', true],
  ])('that is refused with %i %s fails; worth another try: %s', async (responseCode, text, retryable) => {
    const onRcptTo = (_: unknown, __: unknown, done: (error: Error) => void) =>
      done(Object.assign(new Error(text), { responseCode }));
    await expect(send(aMessage(), { onRcptTo })).rejects.toMatchObject({
      code: 'email.rejected',
      message: expect.stringContaining(text),
      retryable,
    });
  });

  it('tells who of several was refused', async () => {
    const onRcptTo = ({ address }: { address: string }, _: unknown, done: (error?: Error) => void) =>
      address.startsWith('no') ? done(new Error('nobody')) : done();
    const { sent } = await send(aMessage({ to: ['ada@example.com', 'no@example.com'] }), { onRcptTo });
    expect(sent).toMatchObject({ accepted: ['ada@example.com'], rejected: ['no@example.com'] });
  });

  it('is not sent in the clear where encryption is asked for', async () => {
    await expect(send(aMessage(), {}, { security: 'starttls' })).rejects.toMatchObject({
      code: 'email.rejected',
    });
    await expect(send(aMessage(), {}, { security: 'tls' })).rejects.toMatchObject({ code: 'email.network' });
  });

  it('is not sent to a server whose certificate nobody knows', async () => {
    const { taken } = await send(aMessage(), { disabledCommands: [] }, { security: 'starttls' }).catch(
      (error) => {
        expect(error).toMatchObject({ code: 'email.network' });
        return { taken: [] };
      },
    );
    expect(taken).toEqual([]);
  });

  it('whose attachment breaks off fails, and is not sent half', async () => {
    const broken = {
      fileName: 'a',
      mediaType: 'a/b',
      open: async () =>
        (async function* () {
          yield Buffer.from('half');
          throw new NodeError('file.damaged', 'The file is damaged.');
        })(),
    };
    const { port, allowed, taken } = await mailServer();
    const mail = makeMail({ allowedHosts: [allowed] });
    const sending = mail.send(aMessage({ attachments: [broken] }), aServer({ port }), options(2_000));
    await expect(sending).rejects.toBeInstanceOf(NodeError);
    expect(taken).toEqual([]);
  });

  it('to a server that says nothing ends with the time limit, and looks like one that is not there', async () => {
    const silent = await loopback(() => undefined);
    const mail = makeMail({ allowedHosts: [silent.host, '127.0.0.1:1'] });
    const failure = (port: number) =>
      mail.send(aMessage(), aServer({ port }), options(150)).catch((error) => error);
    const [quiet, gone] = [await failure(silent.port), await failure(1)];
    expect(quiet).toMatchObject({ code: 'email.network', retryable: true });
    expect(gone).toEqual(quiet);
  });

  it('ends with the signal', async () => {
    const silent = await loopback(() => undefined);
    const controller = new AbortController();
    const mail = makeMail({ allowedHosts: [silent.host] });
    const sending = mail.send(aMessage(), aServer({ port: silent.port }), options(5_000, controller.signal));
    setTimeout(() => controller.abort(new Error('cancelled')), 20);
    await expect(sending).rejects.toThrow('cancelled');
  });
});
