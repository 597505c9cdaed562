import { abandonedCart } from './library/abandoned-cart.ts';
import { agentWithTools } from './library/agent-with-tools.ts';
import { aiReplyWithApproval } from './library/ai-reply-with-approval.ts';
import { approvalByMail } from './library/approval-by-mail.ts';
import { backupToS3 } from './library/backup-to-s3.ts';
import { cloudAlarmToTeams } from './library/cloud-alarm-to-teams.ts';
import { compareSystems } from './library/compare-systems.ts';
import { configRollout } from './library/config-rollout.ts';
import { contentModeration } from './library/content-moderation.ts';
import { csvImport } from './library/csv-import.ts';
import { dailyReport } from './library/daily-report.ts';
import { dataSync } from './library/data-sync.ts';
import { documentQuestions } from './library/document-questions.ts';
import { dynamodbExport } from './library/dynamodb-export.ts';
import { errorNotification } from './library/error-notification.ts';
import { eventPublishing } from './library/event-publishing.ts';
import { formToDatabase } from './library/form-to-database.ts';
import { githubToSlack } from './library/github-to-slack.ts';
import { graphqlToTable } from './library/graphql-to-table.ts';
import { imageGeneration } from './library/image-generation.ts';
import { invoiceExtraction } from './library/invoice-extraction.ts';
import { lambdaPricing } from './library/lambda-pricing.ts';
import { leadRouting } from './library/lead-routing.ts';
import { meetingTasks } from './library/meeting-tasks.ts';
import { newEntriesToTelegram } from './library/new-entries-to-telegram.ts';
import { newsSummary } from './library/news-summary.ts';
import { onCallEscalation } from './library/on-call-escalation.ts';
import { onboardingMails } from './library/onboarding-mails.ts';
import { orderIntake } from './library/order-intake.ts';
import { pageCounter } from './library/page-counter.ts';
import { paymentReminders } from './library/payment-reminders.ts';
import { priceWatch } from './library/price-watch.ts';
import { queueBuffer } from './library/queue-buffer.ts';
import { rateLimitedLoop } from './library/rate-limited-loop.ts';
import { releaseToDiscord } from './library/release-to-discord.ts';
import { retryQueue } from './library/retry-queue.ts';
import { rssDigest } from './library/rss-digest.ts';
import { s3FileProcessing } from './library/s3-file-processing.ts';
import { semanticIndex } from './library/semantic-index.ts';
import { sentimentRouting } from './library/sentiment-routing.ts';
import { signedForwarding } from './library/signed-forwarding.ts';
import { speechTranscription } from './library/speech-transcription.ts';
import { sqlReport } from './library/sql-report.ts';
import { stripePayments } from './library/stripe-payments.ts';
import { subWorkflowCall } from './library/sub-workflow-call.ts';
import { supportTriage } from './library/support-triage.ts';
import { translation } from './library/translation.ts';
import { uptimeCheck } from './library/uptime-check.ts';
import { waitForJob } from './library/wait-for-job.ts';
import { weatherAlert } from './library/weather-alert.ts';
import { webhookFanOut } from './library/webhook-fan-out.ts';
import { weeklyDigest } from './library/weekly-digest.ts';
import { xmlToJson } from './library/xml-to-json.ts';
import { zipArchive } from './library/zip-archive.ts';
import type { Template } from './template.ts';

/** Every template that comes with Stepwell, a line each. */
export const LIBRARY: readonly Template[] = [
  abandonedCart,
  agentWithTools,
  aiReplyWithApproval,
  approvalByMail,
  backupToS3,
  cloudAlarmToTeams,
  compareSystems,
  configRollout,
  contentModeration,
  csvImport,
  dailyReport,
  dataSync,
  documentQuestions,
  dynamodbExport,
  errorNotification,
  eventPublishing,
  formToDatabase,
  githubToSlack,
  graphqlToTable,
  imageGeneration,
  invoiceExtraction,
  lambdaPricing,
  leadRouting,
  meetingTasks,
  newEntriesToTelegram,
  newsSummary,
  onCallEscalation,
  onboardingMails,
  orderIntake,
  pageCounter,
  paymentReminders,
  priceWatch,
  queueBuffer,
  rateLimitedLoop,
  releaseToDiscord,
  retryQueue,
  rssDigest,
  s3FileProcessing,
  semanticIndex,
  sentimentRouting,
  signedForwarding,
  speechTranscription,
  sqlReport,
  stripePayments,
  subWorkflowCall,
  supportTriage,
  translation,
  uptimeCheck,
  waitForJob,
  weatherAlert,
  webhookFanOut,
  weeklyDigest,
  xmlToJson,
  zipArchive,
];
