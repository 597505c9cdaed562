import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { NodeError } from '../../../engine/errors.ts';
import { emailSend } from '../../../engine/nodes/email.send.ts';
import type { AwsCall, ResolvedCredential } from '../../../engine/ports.ts';
import { callService } from '../../../shared/adapters/aws/services.ts';
import { makeMail } from '../../../shared/adapters/egress-mail.ts';
import { mailServer } from '../../peers/mail-server.ts';
import { memoryPayloads } from '../memory-payloads.ts';
import { callNode, filesOver } from './real-call.ts';
import { checkNode } from './run-node.ts';

const from = 'Shop <shop@example.com>';

const bySmtp = async (parameters: object, binary = {}, payloads = memoryPayloads()) => {
  const server = await mailServer();
  const credential: ResolvedCredential = {
    id: 'cred_1',
    type: 'smtp',
    data: { host: server.host, port: server.port, security: 'off' },
    allowedHosts: [server.allowed],
  };
  const { items } = await callNode(emailSend, {
    parameters: { from, ...parameters },
    item: { json: {}, binary },
    ports: { mail: makeMail({ allowedHosts: [server.allowed] }) },
    credential,
    payloads,
  });
  return { sent: items[0]?.json, taken: server.taken };
};

describe('email.send through a server', () => {
  it('sends with the item’s files', async () => {
    const payloads = memoryPayloads();
    const data = await filesOver(payloads).save(Buffer.from('%PDF'), {
      fileName: 'bill.pdf',
      mediaType: 'application/pdf',
    });
    const { sent, taken } = await bySmtp(
      {
        to: 'ada@example.com, "Bob, B" <bob@example.com>',
        subject: 'Bill',
        html: '<p>!</p>',
        attachments: ['data'],
      },
      { data },
      payloads,
    );
    expect(sent).toEqual({
      messageId: '<exec_1.node.node.0@example.com>',
      accepted: ['ada@example.com', 'bob@example.com'],
      rejected: [],
      response: expect.stringMatching(/^250/),
    });
    expect(taken[0]?.text).toMatch(/Content-Disposition: attachment; filename=bill.pdf/);
    expect(taken[0]?.text).toContain(Buffer.from('%PDF').toString('base64'));
  });

  it.each([
    ['nobody to go to', { to: [] }, 'email.noRecipient'],
    ['a file the item does not have', { to: 'a@b.c', attachments: ['data'] }, 'file.missing'],
  ])('fails for %s', async (_, parameters, code) => {
    await expect(bySmtp(parameters)).rejects.toMatchObject({ code });
  });

  it('fails for attachments no server takes', async () => {
    const data = { ref: 'exec_1/files/a', mediaType: 'a/b', size: 30 * 1024 * 1024 };
    await expect(bySmtp({ to: 'a@b.c', attachments: ['data'] }, { data })).rejects.toMatchObject({
      code: 'email.tooLarge',
    });
  });

  it.each([
    ['to', 'a@b.c\r\nBcc: evil@example.com'],
    ['to', 'ada'],
    ['to', '<a@b.c>, x'],
    ['to', { address: 'a@b.c' }],
    ['from', 'a@b.c, d@e.f'],
    ['from', 'Evil\n <a@b.c>'],
    ['subject', 'one\r\nBcc: evil@example.com'],
    ['text', { path: '/etc/passwd' }],
    ['html', { href: 'http://169.254.169.254/' }],
    ['headers', { 'X-A': 'b\r\nBcc: evil@example.com' }],
    ['headers', { 'X A': 'b' }],
  ])('takes no %s that is %j', async (name, value) => {
    const parsed = emailSend.parameters.safeParse({ from, to: 'a@b.c', [name]: value });
    expect(parsed.success).toBe(false);
  });

  it('asks for sender and receiver before it is run', () => {
    expect(checkNode('email.send', {}).map(({ pointer }) => pointer)).toEqual(['/from', '/to']);
    expect(checkNode('email.send', { from: 'a@b.c', bcc: ['d@e.f'] })).toEqual([]);
  });
});

describe('email.send through SES', () => {
  it('says where there is no role for nodes that a server would do as well', async () => {
    const refuse = () => Promise.reject(new NodeError('aws.noIdentity', 'no role'));
    const sending = callNode(emailSend, {
      parameters: { from, to: ['ada@example.com'], text: 'Hello' },
      ports: { mail: makeMail(), aws: { send: refuse } as never },
    });
    await expect(sending).rejects.toMatchObject({
      code: 'email.noCredential',
      message: expect.stringContaining('SMTP or AWS credential'),
    });
  });

  it('hands over the message as it is, as the owner', async () => {
    const ses = mockClient(SESv2Client);
    ses.on(SendEmailCommand).resolves({ MessageId: '0100-abc' });
    const calls: unknown[] = [];
    const { items } = await callNode(emailSend, {
      parameters: {
        from,
        to: ['ada@example.com'],
        bcc: 'eve@example.com',
        subject: 'Hi',
        text: 'Hello',
        region: 'eu-central-1',
      },
      ports: {
        mail: makeMail(),
        aws: {
          send: (call: AwsCall) => {
            calls.push([call.credential, call.region]);
            const keys = { accessKeyId: 'a', secretAccessKey: 'b' };
            return callService(call, { region: 'eu-central-1', credentials: keys } as never, false);
          },
        } as never,
      },
    });
    const input = ses.commandCalls(SendEmailCommand)[0]?.args[0].input;
    expect(calls).toEqual([[null, 'eu-central-1']]);
    expect(input).toMatchObject({
      FromEmailAddress: from,
      Destination: { ToAddresses: ['ada@example.com'], CcAddresses: [], BccAddresses: ['eve@example.com'] },
    });
    const raw = Buffer.from(input?.Content?.Raw?.Data ?? []).toString();
    expect(raw).toMatch(/^Subject: Hi\r$/m);
    expect(raw).not.toContain('eve@example.com');
    expect(items[0]?.json).toEqual({
      messageId: '0100-abc',
      accepted: ['ada@example.com', 'eve@example.com'],
      rejected: [],
      response: 'sent by SES',
    });
  });
});
