import Foundations
import Resources

/// Jobs that have failed. Of a CronJob's, the newest counts: it says how things are now.
enum JobFindings {
  static func all(_ picture: ClusterPicture) -> [Finding] {
    var newest: [ObjectReference: Document] = [:]
    var found: [Finding] = []
    for job in picture[.jobs] {
      let metadata = ObjectMeta(job["metadata"] ?? .emptyObject)
      guard let owner = metadata.controllerReference, owner.kind == "CronJob" else {
        if let failure = failure(of: job, ObjectReference(.jobs, job), specPath: "spec") {
          found.append(failure)
        }
        continue
      }
      let reference = ObjectReference(
        kind: owner.kind, namespace: metadata.namespace ?? "", name: owner.name)
      if let known = newest[reference], start(of: known) >= start(of: job) { continue }
      newest[reference] = job
    }
    return found
      + newest.compactMap { reference, job in
        failure(of: job, reference, specPath: "spec.jobTemplate.spec")
      }
  }

  private static func failure(of job: Document, _ subject: ObjectReference, specPath: String)
    -> Finding?
  {
    guard let condition = job.condition("Failed"), condition["status"]?.string == "True" else {
      return nil
    }
    let reference = ObjectReference(.jobs, job)
    return Finding(
      .jobFailed, subject,
      subject.kind == "Job" ? "has failed" : "failed the last time (\(reference.name))",
      reason: [condition["reason"]?.string, condition["message"]?.string].compactMap(\.self)
        .joined(separator: ": "),
      remedy: "read its log: kubectl \(reference.scope)logs job/\(reference.name); change "
        + "\(specPath).template, \(specPath).backoffLimit or \(specPath).activeDeadlineSeconds")
  }

  private static func start(of job: Document) -> Timestamp {
    job[path: "metadata", "creationTimestamp"]?.string.flatMap { Timestamp($0) }
      ?? Timestamp(seconds: 0)
  }
}
