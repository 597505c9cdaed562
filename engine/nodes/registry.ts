import { makeAgent } from './ai.agent.ts';
import { aiAudio } from './ai.audio.ts';
import { aiClassify } from './ai.classify.ts';
import { aiEmbed } from './ai.embed.ts';
import { aiExtract } from './ai.extract.ts';
import { aiImage } from './ai.image.ts';
import { aiPrompt } from './ai.prompt.ts';
import { aiSummarise } from './ai.summarise.ts';
import { awsCall } from './aws.call.ts';
import { awsDynamodb } from './aws.dynamodb.ts';
import { awsEventbridge } from './aws.eventbridge.ts';
import { awsLambda } from './aws.lambda.ts';
import { awsS3 } from './aws.s3.ts';
import { awsSecretsManager } from './aws.secretsManager.ts';
import { awsSns } from './aws.sns.ts';
import { awsSqs } from './aws.sqs.ts';
import { codeJavascript } from './code.javascript.ts';
import { dataAggregate } from './data.aggregate.ts';
import { dataCompare } from './data.compare.ts';
import { dataCrypto } from './data.crypto.ts';
import { dataDateTime } from './data.dateTime.ts';
import { dataLimit } from './data.limit.ts';
import { dataRemoveDuplicates } from './data.removeDuplicates.ts';
import { dataRenameKeys } from './data.renameKeys.ts';
import { dataSet } from './data.set.ts';
import { dataSort } from './data.sort.ts';
import { dataSplitOut } from './data.splitOut.ts';
import { dataSummarise } from './data.summarise.ts';
import { dataTable } from './data.table.ts';
import { dataTransform } from './data.transform.ts';
import type { NodeType } from './define-node.ts';
import { discordSend } from './discord.send.ts';
import { emailSend } from './email.send.ts';
import { fileCsv } from './file.csv.ts';
import { fileJsonLines } from './file.jsonLines.ts';
import { fileText } from './file.text.ts';
import { fileXlsx } from './file.xlsx.ts';
import { fileZip } from './file.zip.ts';
import { flowApproval } from './flow.approval.ts';
import { flowFilter } from './flow.filter.ts';
import { flowIf } from './flow.if.ts';
import { flowLoop } from './flow.loop.ts';
import { flowMap } from './flow.map.ts';
import { flowMerge } from './flow.merge.ts';
import { flowNoop } from './flow.noop.ts';
import { flowRespond } from './flow.respond.ts';
import { flowStop } from './flow.stop.ts';
import { flowSubworkflow } from './flow.subworkflow.ts';
import { flowSwitch } from './flow.switch.ts';
import { flowWait } from './flow.wait.ts';
import { flowWhile } from './flow.while.ts';
import { httpGraphql } from './http.graphql.ts';
import { httpRequest } from './http.request.ts';
import { slackSend } from './slack.send.ts';
import { sqlQuery } from './sql.query.ts';
import { teamsSend } from './teams.send.ts';
import { telegramSend } from './telegram.send.ts';
import { textHtml } from './text.html.ts';
import { textJson } from './text.json.ts';
import { textMarkdown } from './text.markdown.ts';
import { textXml } from './text.xml.ts';
import { textYaml } from './text.yaml.ts';
import { triggerError } from './trigger.error.ts';
import { triggerEvent } from './trigger.event.ts';
import { triggerManual } from './trigger.manual.ts';
import { triggerSchedule } from './trigger.schedule.ts';
import { triggerWebhook } from './trigger.webhook.ts';
import { triggerWorkflow } from './trigger.workflow.ts';

/** Every node type there is, a line each. */
const ALL = [
  triggerManual,
  triggerWebhook,
  triggerSchedule,
  triggerEvent,
  triggerError,
  triggerWorkflow,
  flowIf,
  flowSwitch,
  flowMerge,
  flowFilter,
  flowLoop,
  flowMap,
  flowSubworkflow,
  flowWhile,
  flowWait,
  flowApproval,
  flowRespond,
  flowNoop,
  flowStop,
  dataSet,
  dataAggregate,
  dataCompare,
  dataDateTime,
  dataCrypto,
  dataLimit,
  textJson,
  textXml,
  textYaml,
  textHtml,
  textMarkdown,
  fileCsv,
  fileXlsx,
  fileJsonLines,
  fileText,
  fileZip,
  awsS3,
  awsDynamodb,
  awsSqs,
  awsSns,
  awsEventbridge,
  awsLambda,
  awsSecretsManager,
  awsCall,
  sqlQuery,
  makeAgent(() => nodeTypes),
  aiPrompt,
  aiExtract,
  aiClassify,
  aiSummarise,
  aiEmbed,
  aiImage,
  aiAudio,
  dataRemoveDuplicates,
  dataRenameKeys,
  dataSort,
  dataSplitOut,
  dataSummarise,
  dataTransform,
  dataTable,
  httpRequest,
  httpGraphql,
  codeJavascript,
  emailSend,
  slackSend,
  discordSend,
  teamsSend,
  telegramSend,
] as const;

/**
 * By type. Parameters are checked by the type's own schema before `execute` and `effect` see them, so that what they are
 * need not be known here.
 */
export const nodeTypes: ReadonlyMap<string, NodeType> = new Map(
  ALL.map((type) => [type.type, type as unknown as NodeType]),
);
