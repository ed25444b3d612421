// Written by scripts/generate-views: do not edit.
// swift-format-ignore-file

package import Foundations

package struct CronJob: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: CronJobSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: CronJobStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct CronJobSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var concurrencyPolicy: String? { get { self["concurrencyPolicy"] } set { self["concurrencyPolicy"] = newValue } }
  package var failedJobsHistoryLimit: Int? { get { self["failedJobsHistoryLimit"] } set { self["failedJobsHistoryLimit"] = newValue } }
  package var jobTemplate: JobTemplateSpec { get { self[view: "jobTemplate"] } set { self[view: "jobTemplate"] = newValue } _modify { yield &self[view: "jobTemplate"] } }
  package var schedule: String { get { self["schedule", default: ""] } set { self["schedule", default: ""] = newValue } }
  package var startingDeadlineSeconds: Int? { get { self["startingDeadlineSeconds"] } set { self["startingDeadlineSeconds"] = newValue } }
  package var successfulJobsHistoryLimit: Int? { get { self["successfulJobsHistoryLimit"] } set { self["successfulJobsHistoryLimit"] = newValue } }
  package var suspend: Bool? { get { self["suspend"] } set { self["suspend"] = newValue } }
  package var timeZone: String? { get { self["timeZone"] } set { self["timeZone"] = newValue } }
}

package struct CronJobStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var active: [ObjectReference] { get { self["active", default: []] } set { self["active", default: []] = newValue } }
  package var lastScheduleTime: Timestamp? { get { self["lastScheduleTime"] } set { self["lastScheduleTime"] = newValue } }
  package var lastSuccessfulTime: Timestamp? { get { self["lastSuccessfulTime"] } set { self["lastSuccessfulTime"] = newValue } }
}

package struct Job: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var apiVersion: String? { get { self["apiVersion"] } set { self["apiVersion"] = newValue } }
  package var kind: String? { get { self["kind"] } set { self["kind"] = newValue } }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: JobSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
  package var status: JobStatus { get { self[view: "status"] } set { self[view: "status"] = newValue } _modify { yield &self[view: "status"] } }
}

package struct JobCondition: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var lastProbeTime: Timestamp? { get { self["lastProbeTime"] } set { self["lastProbeTime"] = newValue } }
  package var lastTransitionTime: Timestamp? { get { self["lastTransitionTime"] } set { self["lastTransitionTime"] = newValue } }
  package var message: String? { get { self["message"] } set { self["message"] = newValue } }
  package var reason: String? { get { self["reason"] } set { self["reason"] = newValue } }
  package var status: String { get { self["status", default: ""] } set { self["status", default: ""] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct JobSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var activeDeadlineSeconds: Int? { get { self["activeDeadlineSeconds"] } set { self["activeDeadlineSeconds"] = newValue } }
  package var backoffLimit: Int? { get { self["backoffLimit"] } set { self["backoffLimit"] = newValue } }
  package var backoffLimitPerIndex: Int? { get { self["backoffLimitPerIndex"] } set { self["backoffLimitPerIndex"] = newValue } }
  package var completionMode: String? { get { self["completionMode"] } set { self["completionMode"] = newValue } }
  package var completions: Int? { get { self["completions"] } set { self["completions"] = newValue } }
  package var managedBy: String? { get { self["managedBy"] } set { self["managedBy"] = newValue } }
  package var manualSelector: Bool? { get { self["manualSelector"] } set { self["manualSelector"] = newValue } }
  package var maxFailedIndexes: Int? { get { self["maxFailedIndexes"] } set { self["maxFailedIndexes"] = newValue } }
  package var parallelism: Int? { get { self["parallelism"] } set { self["parallelism"] = newValue } }
  package var podFailurePolicy: PodFailurePolicy? { get { self["podFailurePolicy"] } set { self["podFailurePolicy"] = newValue } }
  package var podReplacementPolicy: String? { get { self["podReplacementPolicy"] } set { self["podReplacementPolicy"] = newValue } }
  package var selector: LabelSelectorView? { get { self["selector"] } set { self["selector"] = newValue } }
  package var successPolicy: SuccessPolicy? { get { self["successPolicy"] } set { self["successPolicy"] = newValue } }
  package var suspend: Bool? { get { self["suspend"] } set { self["suspend"] = newValue } }
  package var template: PodTemplateSpec { get { self[view: "template"] } set { self[view: "template"] = newValue } _modify { yield &self[view: "template"] } }
  package var ttlSecondsAfterFinished: Int? { get { self["ttlSecondsAfterFinished"] } set { self["ttlSecondsAfterFinished"] = newValue } }
}

package struct JobStatus: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var active: Int? { get { self["active"] } set { self["active"] = newValue } }
  package var completedIndexes: String? { get { self["completedIndexes"] } set { self["completedIndexes"] = newValue } }
  package var completionTime: Timestamp? { get { self["completionTime"] } set { self["completionTime"] = newValue } }
  package var conditions: [JobCondition] { get { self["conditions", default: []] } set { self["conditions", default: []] = newValue } }
  package var failed: Int? { get { self["failed"] } set { self["failed"] = newValue } }
  package var failedIndexes: String? { get { self["failedIndexes"] } set { self["failedIndexes"] = newValue } }
  package var ready: Int? { get { self["ready"] } set { self["ready"] = newValue } }
  package var startTime: Timestamp? { get { self["startTime"] } set { self["startTime"] = newValue } }
  package var succeeded: Int? { get { self["succeeded"] } set { self["succeeded"] = newValue } }
  package var terminating: Int? { get { self["terminating"] } set { self["terminating"] = newValue } }
  package var uncountedTerminatedPods: UncountedTerminatedPods? { get { self["uncountedTerminatedPods"] } set { self["uncountedTerminatedPods"] = newValue } }
}

package struct JobTemplateSpec: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var metadata: ObjectMeta { get { self[view: "metadata"] } set { self[view: "metadata"] = newValue } _modify { yield &self[view: "metadata"] } }
  package var spec: JobSpec { get { self[view: "spec"] } set { self[view: "spec"] = newValue } _modify { yield &self[view: "spec"] } }
}

package struct PodFailurePolicy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var rules: [PodFailurePolicyRule] { get { self["rules", default: []] } set { self["rules", default: []] = newValue } }
}

package struct PodFailurePolicyOnExitCodesRequirement: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var containerName: String? { get { self["containerName"] } set { self["containerName"] = newValue } }
  package var `operator`: String { get { self["operator", default: ""] } set { self["operator", default: ""] = newValue } }
  package var values: [Int] { get { self["values", default: []] } set { self["values", default: []] = newValue } }
}

package struct PodFailurePolicyOnPodConditionsPattern: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var status: String? { get { self["status"] } set { self["status"] = newValue } }
  package var type: String { get { self["type", default: ""] } set { self["type", default: ""] = newValue } }
}

package struct PodFailurePolicyRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var action: String { get { self["action", default: ""] } set { self["action", default: ""] = newValue } }
  package var onExitCodes: PodFailurePolicyOnExitCodesRequirement? { get { self["onExitCodes"] } set { self["onExitCodes"] = newValue } }
  package var onPodConditions: [PodFailurePolicyOnPodConditionsPattern] { get { self["onPodConditions", default: []] } set { self["onPodConditions", default: []] = newValue } }
}

package struct SuccessPolicy: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var rules: [SuccessPolicyRule] { get { self["rules", default: []] } set { self["rules", default: []] = newValue } }
}

package struct SuccessPolicyRule: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var succeededCount: Int? { get { self["succeededCount"] } set { self["succeededCount"] = newValue } }
  package var succeededIndexes: String? { get { self["succeededIndexes"] } set { self["succeededIndexes"] = newValue } }
}

package struct UncountedTerminatedPods: DocumentView {
  package var document: Document
  package init(_ document: Document) { self.document = document }
  package var failed: [String] { get { self["failed", default: []] } set { self["failed", default: []] = newValue } }
  package var succeeded: [String] { get { self["succeeded", default: []] } set { self["succeeded", default: []] = newValue } }
}
