import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from './event-bus.ts';
import type { HttpApi } from './http-api.ts';
import type { Schedules } from './schedules.ts';
import type { ServiceFunction } from './service-function.ts';
import type { StateMachines } from './state-machines.ts';

/** What alarms and the dashboard look at. */
export interface Watched {
  readonly api: HttpApi;
  readonly hooks: HttpApi;
  readonly interpreter: ServiceFunction;
  readonly sweeper: ServiceFunction;
  readonly machines: StateMachines;
  readonly schedules: Schedules;
  readonly events: EventBus;
  readonly table: ITable;
  /** Where the functions' own metrics are. */
  readonly namespace: string;
}
