// The documents of the API, by the names that the console uses. schema.d.ts is made from openapi.yaml.
import type { components } from "./schema";

type Schemas = components["schemas"];

/** Parts that the document leaves open may hold anything. */
type Open<T> = unknown extends T
  ? any
  : T extends (infer Each)[]
    ? Open<Each>[]
    : T extends object
      ? string extends keyof T
        ? any
        : { [Key in keyof T]: Open<T[Key]> }
      : T;

declare global {
  type Experiment = Open<Schemas["Experiment"]>;
  type FeatureFlag = Open<Schemas["FeatureFlag"]>;
  type Holdout = Open<Schemas["Holdout"]>;
  type SavedMetric = Open<Schemas["SavedMetric"]>;
  type ChangeRequest = Open<Schemas["ChangeRequest"]>;
  type ApprovalPolicy = Open<Schemas["ApprovalPolicy"]>;
  type ActivityEntry = Open<Schemas["ActivityLog"]>;
  type Overview = Open<Schemas["Overview"]>;
  type Recalculation = Open<Schemas["Recalculation"]>;
  type PersonalAPIKey = Open<Schemas["PersonalAPIKey"]>;
  type ProjectSecretAPIKey = Open<Schemas["ProjectSecretAPIKey"]>;
  type ScheduledChange = Open<Schemas["ScheduledChange"]>;
  type Member = Open<Schemas["Member"]>;
  type Role = Open<Schemas["Role"]>;
  type Project = Open<Schemas["Project"]>;
}
