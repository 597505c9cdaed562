import { makeMail } from '../../../../shared/adapters/egress-mail.ts';
import { mailServer } from '../../../peers/mail-server.ts';
import { type ReceivedMail, readMail } from '../../../peers/received-mail.ts';

/** E-mail through a server on loopback. `deliver`: to whoever it is for. */
export const mailFor = async (deliver: (mail: ReceivedMail) => void) => {
  const server = await mailServer({}, async ({ text }) => deliver(await readMail(text)));
  return {
    mail: makeMail({ allowedHosts: [server.allowed] }),
    credential: { host: server.host, port: server.port, security: 'off' },
  };
};
