import { agentWithTools } from './library/agent-with-tools.ts';
import { aiReplyWithApproval } from './library/ai-reply-with-approval.ts';
import { approvalByMail } from './library/approval-by-mail.ts';
import { backupToS3 } from './library/backup-to-s3.ts';
import { contentModeration } from './library/content-moderation.ts';
import { csvImport } from './library/csv-import.ts';
import { dailyReport } from './library/daily-report.ts';
import { dataSync } from './library/data-sync.ts';
import { documentQuestions } from './library/document-questions.ts';
import { errorNotification } from './library/error-notification.ts';
import { formToDatabase } from './library/form-to-database.ts';
import { githubToSlack } from './library/github-to-slack.ts';
import { graphqlToTable } from './library/graphql-to-table.ts';
import { imageGeneration } from './library/image-generation.ts';
import { invoiceExtraction } from './library/invoice-extraction.ts';
import { leadRouting } from './library/lead-routing.ts';
import { meetingTasks } from './library/meeting-tasks.ts';
import { newEntriesToTelegram } from './library/new-entries-to-telegram.ts';
import { newsSummary } from './library/news-summary.ts';
import { onCallEscalation } from './library/on-call-escalation.ts';
import { orderIntake } from './library/order-intake.ts';
import { rateLimitedLoop } from './library/rate-limited-loop.ts';
import { retryQueue } from './library/retry-queue.ts';
import { rssDigest } from './library/rss-digest.ts';
import { s3FileProcessing } from './library/s3-file-processing.ts';
import { semanticIndex } from './library/semantic-index.ts';
import { sentimentRouting } from './library/sentiment-routing.ts';
import { speechTranscription } from './library/speech-transcription.ts';
import { sqlReport } from './library/sql-report.ts';
import { stripePayments } from './library/stripe-payments.ts';
import { subWorkflowCall } from './library/sub-workflow-call.ts';
import { supportTriage } from './library/support-triage.ts';
import { translation } from './library/translation.ts';
import { uptimeCheck } from './library/uptime-check.ts';
import { webhookFanOut } from './library/webhook-fan-out.ts';
import { weeklyDigest } from './library/weekly-digest.ts';
import type { Template } from './template.ts';

/** Every template that comes with Stepwell, a line each. */
export const LIBRARY: readonly Template[] = [
  agentWithTools,
  aiReplyWithApproval,
  approvalByMail,
  backupToS3,
  contentModeration,
  csvImport,
  dailyReport,
  dataSync,
  documentQuestions,
  errorNotification,
  formToDatabase,
  githubToSlack,
  graphqlToTable,
  imageGeneration,
  invoiceExtraction,
  leadRouting,
  meetingTasks,
  newEntriesToTelegram,
  newsSummary,
  onCallEscalation,
  orderIntake,
  rateLimitedLoop,
  retryQueue,
  rssDigest,
  s3FileProcessing,
  semanticIndex,
  sentimentRouting,
  speechTranscription,
  sqlReport,
  stripePayments,
  subWorkflowCall,
  supportTriage,
  translation,
  uptimeCheck,
  webhookFanOut,
  weeklyDigest,
];
