import type { SMTPServerOptions } from 'smtp-server';
import { makeMail } from '../../../../shared/adapters/egress-mail.ts';
import { mailServer } from '../../../peers/mail-server.ts';
import { type ReceivedMail, readMail } from '../../../peers/received-mail.ts';

/** E-mail through a server on loopback. `unknown`: addresses it takes nothing for. `deliver`: to whoever it is for. */
export const mailFor = async (unknown: readonly string[], deliver: (mail: ReceivedMail) => void) => {
  const refusing: SMTPServerOptions = {
    onRcptTo: ({ address }, _session, done) =>
      done(unknown.includes(address) ? new Error('Nobody has this address.') : null),
  };
  const server = await mailServer(refusing, async ({ text }) => deliver(await readMail(text)));
  return {
    mail: makeMail({ allowedHosts: [server.allowed] }),
    credential: { host: server.host, port: server.port, security: 'off' },
  };
};
