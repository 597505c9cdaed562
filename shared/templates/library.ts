import { approvalByMail } from './library/approval-by-mail.ts';
import { dailyReport } from './library/daily-report.ts';
import { dataSync } from './library/data-sync.ts';
import { errorNotification } from './library/error-notification.ts';
import { githubToSlack } from './library/github-to-slack.ts';
import { leadRouting } from './library/lead-routing.ts';
import { orderIntake } from './library/order-intake.ts';
import { supportTriage } from './library/support-triage.ts';
import type { Template } from './template.ts';

/** Every template that comes with Stepwell, a line each. */
export const LIBRARY: readonly Template[] = [
  approvalByMail,
  dailyReport,
  dataSync,
  errorNotification,
  githubToSlack,
  leadRouting,
  orderIntake,
  supportTriage,
];
