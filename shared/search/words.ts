/** Words that say nothing of what a workflow does. */
const STOP = new Set(
  (
    'a about above after again all also an and any are as at be been but by can could come comes do does each every for from get gets give go has have how i if ' +
    'in into is it its let like make me my need no not of on once one only or our out over please should so some somebody someone something ' +
    'start starts take than that the their them then there these they this to up us use using want was we what when where which who will with ' +
    'would you your workflow automate automatically'
  ).split(' '),
);

/** Words for the same thing: a text with one of them is found by the others, too. */
const SAME = [
  'mail email inbox newsletter smtp gmail',
  'notify notification alert tell ping inform announce message post warn',
  'approve approval approver permission confirm confirmation consent authorise signoff boss manager',
  'database db sql postgres postgresql mysql query',
  'table store record row remember',
  'spreadsheet csv excel xlsx sheet',
  'file document attachment upload pdf',
  'picture image photo illustration draw banner artwork',
  'audio speech voice recording podcast voicemail call transcribe transcript transcription dictate dictation spoken',
  'summary summarise digest recap overview condense shorten tldr',
  'report statistics figures numbers kpi metrics revenue',
  'daily day morning night nightly evening today',
  'weekly week monday friday',
  'ticket issue request case helpdesk',
  'support helpdesk customer',
  'customer client buyer shopper crm contact',
  'lead prospect enquiry inquiry',
  'order purchase shop checkout',
  'payment stripe charge paid pay billing subscription refund',
  'invoice bill receipt billing',
  'retry again repeat flaky unreliable reattempt redo',
  'fail failed failure error crash broken wrong exception problem',
  'backup copy archive snapshot save export dump',
  'sync synchronise mirror replicate import pull',
  'translate translation language french german spanish multilingual localise',
  'duplicate dedupe deduplicate same twice repeated already seen unique',
  'uptime down downtime outage online website site monitor healthcheck reachable availability health',
  'sentiment mood angry happy unhappy feedback review opinion tone',
  'classify triage categorise sort route label tag assign priority prioritise',
  'ai llm gpt model claude chatbot assistant intelligence',
  'agent assistant bot tool',
  'form survey contact submission signup registration questionnaire',
  'github git repository pull commit pr',
  'rss feed news blog atom article headline',
  'page paginate pagination pages paged',
  'scrape scraping crawl extract website html page',
  'price cost cheap discount',
  'schedule cron timer calendar periodic hourly hour',
  'wait delay later pause remind reminder followup deadline',
  'escalate escalation oncall incident pager acknowledge',
  'parallel fan concurrent simultaneously several many multiple',
  'limit throttle slow slowly rate quota batch',
  'currency exchange dollar euro money fx',
  'weather forecast rain temperature',
  'merge join combine match together enrich enrichment',
  'question answer qa knowledge ask faq',
  'embedding vector semantic similarity meaning index',
  'bucket s3 storage object',
  'queue sqs buffer',
  'slack channel chat teams discord telegram',
  'reusable sub subworkflow child nested call',
  'compare difference changed change changes watch diff',
  'moderate moderation abuse spam offensive toxic comment',
  'zip archive compress pack bundle',
  'convert conversion turn transform format',
  'employee staff hire joiner onboarding onboard colleague',
  'birthday anniversary',
  'event eventbridge emit publish',
].map((group) => group.split(' '));

/** What a text says, as words that can be compared: stems, and besides them the groups that they belong to. */
export const wordsOf = (text: string): readonly string[] => writtenIn(text).flatMap(formsOf);

/** The words of a text that say something, as they are written in it. */
export const writtenIn = (text: string): readonly string[] =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/e-mail/g, 'email')
    .replaceAll(/['’]s\b/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !STOP.has(word));

/** A word’s stem, and the groups that it belongs to. */
export const formsOf = (word: string): readonly string[] => {
  const stem = stemOf(word);
  return [stem, ...(GROUPS.get(stem) ?? [])];
};

/** A group’s name is no word: words have no "=". */
export const isGroup = (word: string): boolean => word.startsWith('=');

/** Each with how long a stem it must leave: short words only look as if they had the longer ones, such as "comment" and "reply". */
const ENDINGS: readonly (readonly [ending: RegExp, instead: string, shortest: number])[] = [
  [/ies$/, 'y', 3],
  [/(?<=ss|sh|ch|x)es$/, '', 3],
  [/(?<=[^su])s$/, '', 3],
  [/iz(?=e|ing|ed|ation)/, 'is', 3],
  [/(?:ations?|ating|ated|ate)$/, '', 3],
  [/(?:al|ly|ment)$/, '', 4],
  [/(?:ing|ed)$/, '', 3],
  [/([b-df-hjkmnp-rtv-z])\1$/, '$1', 3],
  [/e$/, '', 3],
  [/y$/, 'i', 3],
];

/** The word without its endings. Rough: it need only be the same for the forms of one word. */
const stemOf = (word: string): string =>
  ENDINGS.reduce((stem, [ending, instead, shortest]) => {
    const shorter = stem.replace(ending, instead);
    return shorter.length < shortest ? stem : shorter;
  }, word);

const GROUPS = new Map<string, string[]>();
for (const [index, group] of SAME.entries())
  for (const word of group) {
    const stem = stemOf(word);
    const groups = GROUPS.get(stem) ?? [];
    if (!groups.includes(`=${index}`)) GROUPS.set(stem, [...groups, `=${index}`]);
  }
