extension Defaulting {
  static func deployment(_ deployment: inout Document) {
    deployment.edit("spec") { spec in
      spec.setDefault("replicas", 1)
      spec.edit("template", podTemplate)
      spec.setDefault("strategy", .emptyObject)
      spec.edit("strategy") { strategy in
        strategy.setDefaultText("type", "RollingUpdate")
        guard strategy["type"]?.string == "RollingUpdate" else { return }
        strategy.setDefault("rollingUpdate", .emptyObject)
        strategy.edit("rollingUpdate") {
          $0.setDefault("maxUnavailable", "25%")
          $0.setDefault("maxSurge", "25%")
        }
      }
      spec.setDefault("revisionHistoryLimit", 10)
      spec.setDefault("progressDeadlineSeconds", 600)
    }
  }

  static func replicaSet(_ set: inout Document) {
    set.edit("spec") { spec in
      spec.setDefault("replicas", 1)
      spec.edit("template", podTemplate)
    }
  }

  /// Labels and selector are those of the template where they are left out.
  static func replicationController(_ controller: inout Document) {
    let labels = controller[path: "spec", "template", "metadata", "labels"]
    if let labels, !labels.isEmpty {
      if controller[path: "spec", "selector"]?.isEmpty ?? true {
        controller.set(labels, at: ["spec", "selector"])
      }
      if controller[path: "metadata", "labels"]?.isEmpty ?? true {
        controller.set(labels, at: ["metadata", "labels"])
      }
    }
    replicaSet(&controller)
  }

  static func statefulSet(_ set: inout Document) {
    set.edit("spec") { spec in
      spec.setDefaultText("podManagementPolicy", "OrderedReady")
      spec.setDefault("updateStrategy", .emptyObject)
      spec.edit("updateStrategy") { strategy in
        strategy.setDefaultText("type", "RollingUpdate")
        guard strategy["type"]?.string == "RollingUpdate" else { return }
        strategy.setDefault("rollingUpdate", .emptyObject)
        strategy.edit("rollingUpdate") { $0.setDefault("partition", 0) }
      }
      spec.setDefault("persistentVolumeClaimRetentionPolicy", .emptyObject)
      spec.edit("persistentVolumeClaimRetentionPolicy") { policy in
        policy.setDefaultText("whenDeleted", "Retain")
        policy.setDefaultText("whenScaled", "Retain")
      }
      spec.setDefault("replicas", 1)
      spec.setDefault("revisionHistoryLimit", 10)
      spec.edit("template", podTemplate)
      spec.editEach("volumeClaimTemplates") { claim in
        claim.setDefault("apiVersion", "v1")
        claim.setDefault("kind", "PersistentVolumeClaim")
        persistentVolumeClaim(&claim)
        claim.setDefault("status", .emptyObject)
        claim.edit("status") { $0.setDefaultText("phase", "Pending") }
      }
    }
  }

  static func daemonSet(_ set: inout Document) {
    set.edit("spec") { spec in
      spec.edit("template", podTemplate)
      spec.setDefault("updateStrategy", .emptyObject)
      spec.edit("updateStrategy") { strategy in
        strategy.setDefaultText("type", "RollingUpdate")
        guard strategy["type"]?.string == "RollingUpdate" else { return }
        strategy.setDefault("rollingUpdate", .emptyObject)
        strategy.edit("rollingUpdate") {
          $0.setDefault("maxUnavailable", 1)
          $0.setDefault("maxSurge", 0)
        }
      }
      spec.setDefault("revisionHistoryLimit", 10)
    }
  }

  static func job(_ job: inout Document) { job.edit("spec", jobSpec) }

  private static func jobSpec(_ spec: inout Document) {
    if spec["completions"] == nil && spec["parallelism"] == nil { spec["completions"] = 1 }
    spec.setDefault("parallelism", 1)
    if spec["backoffLimit"] == nil {
      spec["backoffLimit"] = spec["backoffLimitPerIndex"] == nil ? 6 : Document(Int(Int32.max))
    }
    spec.setDefault("completionMode", "NonIndexed")
    spec.setDefault("suspend", false)
    spec.edit("podFailurePolicy") { policy in
      policy.editEach("rules") { rule in
        rule.editEach("onPodConditions") { $0.setDefaultText("status", "True") }
      }
    }
    spec.setDefault("manualSelector", false)
    if spec["podReplacementPolicy"] == nil {
      spec["podReplacementPolicy"] =
        spec["podFailurePolicy"] == nil ? "TerminatingOrFailed" : "Failed"
    }
    if spec["manualSelector"]?.bool == false { spec.removeMember("manualSelector") }
    spec.edit("template", podTemplate)
  }

  static func cronJob(_ job: inout Document) {
    job.edit("spec") { spec in
      spec.setDefaultText("concurrencyPolicy", "Allow")
      spec.setDefault("suspend", false)
      spec.setDefault("successfulJobsHistoryLimit", 3)
      spec.setDefault("failedJobsHistoryLimit", 1)
      spec.edit("jobTemplate") { $0.edit("spec") { $0.edit("template", podTemplate) } }
    }
  }
}
