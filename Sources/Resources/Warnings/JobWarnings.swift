/// What is told of Jobs and of what makes them.
/// Source: upstream's wording.
enum JobWarnings {
  static let ofJob: ObjectWarnings.Rule = { job, old in
    (old == nil ? WorkloadWarnings.ofPodNames(job) : [])
      + (WorkloadWarnings.changes(job, old) ? ofSpec(job["spec"], at: "spec") : [])
  }

  static let ofCronJob: ObjectWarnings.Rule = { cronJob, old in
    let spec = cronJob[path: "spec", "jobTemplate", "spec"]
    var warnings = old == nil ? WorkloadWarnings.ofPodNames(cronJob) : []
    if WorkloadWarnings.changes(cronJob, old) {
      warnings += ofSpec(spec, at: "spec.jobTemplate.spec")
    }
    if old != nil, cronJob[path: "spec", "schedule"]?.string?.contains("TZ") ?? false {
      warnings.append(
        "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://"
          + "kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details")
    }
    return warnings
  }

  /// Of indexed jobs; the indexes that fail are listed in the status.
  private static let completionsSoftMax = 100_000
  private static let parallelismSoftMax = 10_000

  private static func ofSpec(_ spec: Document?, at path: String) -> [String] {
    guard let spec else { return [] }
    var warnings: [String] = []
    if spec["completionMode"] == "Indexed", spec["completions"]?.integer ?? 0 > completionsSoftMax,
      spec["parallelism"]?.integer ?? 0 > parallelismSoftMax
    {
      warnings.append(
        "\(path): In Indexed Jobs with a number of completions higher than 10^5 and a parallelism "
          + "higher than 10^4, Kubernetes might not be able to track completedIndexes when a big "
          + "number of indexes fail")
    }
    return warnings
      + (spec["template"].map { PodWarnings.all(of: $0, at: "\(path).template.") } ?? [])
  }
}
