import Diagnosis
import Resources
import Testing

@Suite("What is wrong with autoscalers, webhooks, budgets, quotas and what should go")
struct ExtensionFindingsTests {
  private let autoscaler =
    #"""
    {"kind":"HorizontalPodAutoscaler","metadata":{"name":"web"},
     "spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},
      "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization"}}}]},
     "status":{"conditions":[{"type":"AbleToScale","status":"True"},
      {"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"missing request"}]}}
    """#

  private func deployment(_ requests: String) -> String {
    #"""
    {"kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":0,"template":{"spec":{"containers":[
     {"name":"c","resources":{"requests":\#(requests)}}]}}}}
    """#
  }

  @Test("an autoscaler without metrics says which request is missing, or which target")
  func autoscalers() throws {
    let unset = try only(picture(autoscaler, deployment("{}")))
    #expect(unset.code == .autoscalerInactive)
    #expect(unset.reason == "FailedGetResourceMetric: missing request")
    #expect(
      unset.remedy.hasPrefix(
        "set spec.template.spec.containers[name=c].resources.requests.cpu of Deployment n/web"))
    #expect(
      try only(picture(autoscaler, deployment(#"{"cpu":"1"}"#))).remedy.contains(
        "kubectl -n n top pods"))
    #expect(
      try only(picture(autoscaler)).remedy
        == "change spec.scaleTargetRef of HorizontalPodAutoscaler n/web: there is no Deployment web"
    )
    let disabled = autoscaler.replacing("FailedGetResourceMetric", with: "ScalingDisabled")
    #expect(Diagnosis.findings(in: try picture(disabled, deployment("{}"))).isEmpty)
  }

  private func webhooks(_ policy: String) -> String {
    #"""
    {"kind":"ValidatingWebhookConfiguration","metadata":{"name":"guard"},"webhooks":[{"name":"g.test",
     "failurePolicy":"\#(policy)","clientConfig":{"service":{"namespace":"n","name":"g"}}}]}
    """#
  }

  @Test("a webhook that cannot be asked is a problem where it decides, else a warning")
  func webhooks() throws {
    let missing = try only(picture(webhooks("Fail")))
    #expect(missing.code == .webhookUnreachable && missing.severity == .problem)
    #expect(missing.reason == "there is no Service n/g")
    let service = #"{"kind":"Service","metadata":{"name":"g"},"spec":{}}"#
    let silent = try only(picture(webhooks("Ignore"), service))
    #expect(silent.severity == .warning && silent.reason == "Service n/g has no ready endpoint")
    let slice =
      #"{"kind":"EndpointSlice","metadata":{"name":"g-1","labels":{"kubernetes.io/service-name":"g"}},"endpoints":[{"conditions":{"ready":true}}]}"#
    #expect(Diagnosis.findings(in: try picture(webhooks("Fail"), service, slice)).isEmpty)
  }

  @Test("an API of another server and a definition that are not served are told")
  func extensions() throws {
    let api = try only(
      picture(
        #"{"kind":"APIService","metadata":{"name":"v1.a.test"},"spec":{"service":{"namespace":"n","name":"a"}},"status":{"conditions":[{"type":"Available","status":"False","reason":"MissingEndpoints","message":"none"}]}}"#
      ))
    #expect(api.code == .apiUnavailable && api.remedy.hasPrefix("mend Service n/a"))
    let definition = try only(
      picture(
        #"{"kind":"CustomResourceDefinition","metadata":{"name":"as.a.test"},"status":{"conditions":[{"type":"NamesAccepted","status":"False","reason":"PluralConflict","message":"taken"}]}}"#
      ))
    #expect(definition.code == .definitionRefused && definition.reason == "PluralConflict: taken")
  }

  @Test("a budget that no eviction can pass says whether its own field or its pods are to blame")
  func budgets() throws {
    func budget(_ status: String) -> String {
      #"{"kind":"PodDisruptionBudget","metadata":{"name":"b"},"status":{\#(status)}}"#
    }
    let always = try only(
      picture(
        budget(#""expectedPods":2,"currentHealthy":2,"desiredHealthy":2,"disruptionsAllowed":0"#)))
    #expect(always.code == .budgetBlocks && always.severity == .warning)
    #expect(always.remedy.hasPrefix("lower spec.minAvailable"))
    let ill = try only(
      picture(
        budget(#""expectedPods":2,"currentHealthy":1,"desiredHealthy":1,"disruptionsAllowed":0"#)))
    #expect(ill.remedy == "mend the pods it covers")
    let open = budget(
      #""expectedPods":2,"currentHealthy":2,"desiredHealthy":1,"disruptionsAllowed":1"#)
    #expect(Diagnosis.findings(in: try picture(open, budget(#""expectedPods":0"#))).isEmpty)
  }

  @Test("a budget that covers no pod is told with the labels of what comes nearest")
  func emptyBudgets() throws {
    func budget(_ label: String, _ age: Int = 1000) -> String {
      #"""
      {"kind":"PodDisruptionBudget","metadata":{"name":"b","creationTimestamp":"\#(ago(age))"},
       "spec":{"selector":{"matchLabels":{"app":"\#(label)"}}},"status":{"expectedPods":0}}
      """#
    }
    let web =
      #"{"kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":0,"template":{"metadata":{"labels":{"app":"web"}}}}}"#
    let found = try only(picture(budget("wep"), web))
    #expect(found.code == .selectsNothing && found.severity == .warning)
    #expect(
      found.reason
        == "no pod in n has the labels app=wep; the pods of Deployment n/web have app=web")
    #expect(found.remedy.hasPrefix("change spec.selector of PodDisruptionBudget n/b"))
    // Scaled to none, or applied before what it is for.
    #expect(Diagnosis.findings(in: try picture(budget("web"), web)).isEmpty)
    #expect(Diagnosis.findings(in: try picture(budget("wep", 30), web)).isEmpty)
  }

  @Test("a quota is exhausted when it is reached")
  func quotas() throws {
    func quota(_ used: String) -> String {
      #"{"kind":"ResourceQuota","metadata":{"name":"q"},"status":{"hard":{"pods":"2","requests.cpu":"1"},"used":{"pods":"1","requests.cpu":"\#(used)"}}}"#
    }
    let found = try only(picture(quota("1000m")))
    #expect(found.code == .quotaExhausted && found.reason == "requests.cpu 1 of 1")
    #expect(Diagnosis.findings(in: try picture(quota("999m"))).isEmpty)
  }

  @Test("what was deleted a minute ago and is still there is told with what it waits for")
  func terminating() throws {
    func claim(_ seconds: Int) -> String {
      #"{"kind":"PersistentVolumeClaim","metadata":{"name":"data","deletionTimestamp":"\#(ago(seconds))","finalizers":["kubernetes.io/pvc-protection"]},"status":{"phase":"Bound"}}"#
    }
    #expect(Diagnosis.findings(in: try picture(claim(60))).isEmpty)
    let waiting = try only(picture(claim(61)))
    #expect(waiting.code == .stuckTerminating)
    #expect(waiting.reason == "it waits for its finalizers: kubernetes.io/pvc-protection")
    let user = Sample.readyPod.replacing(
      #""nodeName""#,
      with: #""volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"data"}}],"nodeName""#)
    #expect(try only(picture(claim(61), user)).reason == "it is used by Pod ready")
    let namespace = try only(
      picture(
        #"{"kind":"Namespace","metadata":{"name":"old","deletionTimestamp":"\#(ago(61))"},"spec":{"finalizers":["kubernetes"]},"status":{"conditions":[{"type":"NamespaceFinalizersRemaining","status":"True","message":"Some content in the namespace has finalizers remaining: a.test/f in 1 resource instances"}]}}"#
      ))
    #expect(namespace.reason.contains("a.test/f in 1 resource instances"))
    let pod = Sample.readyPod.replacing(
      #""labels""#, with: #""deletionTimestamp":"\#(ago(61))","labels""#)
    #expect(try only(picture(pod)).reason == "node w has not ended it")
  }
}
