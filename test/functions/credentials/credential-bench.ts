import { onTestFinished } from 'vitest';
import { credentialHandlers } from '../../../functions/credentials/handlers.ts';
import { makeEgress } from '../../../shared/adapters/egress.ts';
import { aClient } from '../../http/client.ts';
import type { Account } from '../../http/test-platform.ts';
import { aWorkbench } from '../workbench.ts';

/** A workbench that may call these hosts, with the credential routes. */
export const aCredentialBench = async (...allowedHosts: readonly string[]) => {
  const logged: object[] = [];
  const log = (entry: object) => void logged.push(entry);
  const egress = makeEgress({ allowedHosts, log });
  onTestFinished(() => egress.close());
  const bench = await aWorkbench(egress);
  Object.assign(bench.platform, { log });
  const send = aClient(credentialHandlers, bench.platform);
  const as =
    ({ token }: Account) =>
    (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const [pathname = '', query = ''] = path.split('?');
      return send({
        method,
        path: `/api/v1${pathname}`,
        query,
        token,
        headers,
        ...(body === undefined ? {} : { body }),
      });
    };
  const { admin, owner, stranger } = bench.people;
  return {
    ...bench,
    /** Every line of the log. */
    logged,
    send,
    credentials: { admin: as(admin), owner: as(owner), stranger: as(stranger) },
  };
};
