export type { Acknowledgement, AcknowledgeOutcome } from './core/acknowledgement.js';
export type {
  Alert,
  AlertEvent,
  AlertEventKind,
  AlertOwner,
  AlertStatus,
  RaisedAlert,
  RaisedEvent,
} from './core/alert.js';
export { Fault, type FaultCode, type FaultFacts } from './core/fault.js';
export type {
  Delivery,
  HostEventEmitter,
  HostEvents,
  HostReport,
  Log,
  MonitorHost,
  PluginInstance,
} from './core/host.js';
export type { RaiseOutcome } from './core/pipeline.js';
export type { ReportHeader } from './core/report.js';
export type { TestStep } from './core/server-test.js';
export type { SignedIn } from './core/signed-in.js';
export type { AccountStatus, ActionStatus, Status } from './core/status.js';
export type { SystemError } from './core/system-error.js';
export { register } from './plugin.js';
