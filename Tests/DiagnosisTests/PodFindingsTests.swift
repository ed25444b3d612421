import Diagnosis
import Resources
import Testing

@Suite("What is wrong with pods")
struct PodFindingsTests {
  @Test("an image that cannot be had is told once, of the Deployment whose field is to change")
  func imagePull() throws {
    let found = try only(
      picture(
        Sample.replicaSet,
        Sample.pod("web-1-a", state: Sample.waiting("ImagePullBackOff", "no such host")),
        Sample.pod("web-1-b", state: Sample.waiting("ErrImagePull", "not found"))))
    #expect(found.code == .imagePull && found.severity == .problem)
    #expect(found.subject == ObjectReference(kind: "Deployment", namespace: "n", name: "web"))
    #expect(found.problem == "container c of pod web-1-a and 1 more cannot get its image i:1")
    #expect(found.reason == "no such host")
    #expect(
      found.remedy.contains("spec.template.spec.containers[name=c].image of Deployment n/web"))
    #expect(found.remedy.contains("kubectl -n n set image deployment/web c=IMAGE"))
  }

  @Test("a pod of nobody's is changed itself, and a CronJob's in its template's template")
  func owners() throws {
    let alone = try only(
      picture(Sample.pod("solo", state: Sample.waiting("ErrImagePull", "gone"), owner: "")))
    #expect(alone.subject.description == "Pod n/solo")
    #expect(alone.problem == "container c cannot get its image i:1")
    #expect(alone.remedy.contains("change spec.containers[name=c].image of Pod n/solo"))
    let scheduled = try only(
      picture(
        #"{"kind":"Job","metadata":{"name":"j","ownerReferences":[{"kind":"CronJob","name":"night","controller":true}]}}"#,
        Sample.pod(
          state: Sample.waiting("ErrImagePull", "gone"),
          owner: #"{"kind":"Job","name":"j","controller":true}"#)))
    #expect(scheduled.subject.description == "CronJob n/night")
    #expect(
      scheduled.remedy.contains("spec.jobTemplate.spec.template.spec.containers[name=c].image"))
  }

  @Test(
    "how a container ended says what to change",
    arguments: [
      (
        #"{"exitCode":137,"reason":"OOMKilled"}"#, "more memory",
        "raise spec.template.spec.containers[name=c].resources.limits.memory of Deployment n/web, now 64Mi"
      ),
      (
        #"{"exitCode":127,"reason":"Error"}"#, "command cannot be run (exit code 127)",
        "change spec.template.spec.containers[name=c].command of Deployment n/web"
      ),
      (
        #"{"exitCode":128,"reason":"StartError","message":"exec: no such file"}"#,
        "its last words: exec: no such file", "containers[name=c].command"
      ),
      (
        #"{"exitCode":0,"reason":"Completed"}"#, "ended by itself (exit code 0)",
        "a container that is done has no place here"
      ),
      (
        #"{"exitCode":139,"reason":"Error"}"#, "ended by SIGSEGV (exit code 139)",
        "kubectl -n n logs web-1-a -c c --previous"
      ),
      (
        #"{"exitCode":3,"reason":"Error"}"#, "exit code 3; its last words: no database",
        "kubectl -n n logs web-1-a -c c --previous"
      ),
    ])
  func crashLoop(_ end: String, _ reason: String, _ remedy: String) throws {
    let container = ClusterPicture.ContainerReference(
      pod: ObjectKey(namespace: "n", name: "web-1-a"), container: "c")
    let found = try only(
      picture(
        Sample.replicaSet,
        Sample.pod(
          state: Sample.waiting("CrashLoopBackOff", "back-off 40s"),
          last: #"{"terminated":\#(end)}"#, restarts: 4,
          container: #""resources":{"limits":{"memory":"64Mi"}}"#,
          status: #""phase":"Running""#),
        lastWords: [container: "starting\nno database\n"]))
    #expect(found.code == .crashLoop)
    #expect(found.problem.contains("4 restarts so far"))
    #expect(found.reason.contains(reason), "\(found.reason)")
    #expect(found.remedy.contains(remedy), "\(found.remedy)")
  }

  @Test(
    "a container that is killed since its probe fails is told with the probe, not with its log",
    arguments: [
      ("livenessProbe", "Liveness", true), ("startupProbe", "Startup", true),
      // An earlier run's, or another probe's, says nothing of this end.
      ("livenessProbe", "Liveness", false), ("livenessProbe", "Readiness", true),
    ])
  func killedByProbe(_ field: String, _ kind: String, _ inThisRun: Bool) throws {
    let started = ago(100)
    let found = try only(
      picture(
        Sample.replicaSet,
        Sample.pod(
          state: Sample.waiting("CrashLoopBackOff", "back-off 40s"),
          last:
            #"{"terminated":{"exitCode":137,"startedAt":"\#(started)","finishedAt":"\#(ago(60))"}}"#,
          restarts: 4, container: #""\#(field)":{"httpGet":{"path":"/live","port":80}}"#,
          status: #""phase":"Running""#),
        Sample.event(
          "Pod", "web-1-a", "\(kind) probe failed: connection refused",
          at: inThisRun ? started : ago(101), reason: "Unhealthy"),
        Sample.event("Pod", "web-1-a", "back-off restarting", at: ago(1), reason: "BackOff")))
    #expect(found.code == .crashLoop)
    if inThisRun && kind != "Readiness" {
      #expect(
        found.reason.hasSuffix("its \(field) fails: \(kind) probe failed: connection refused"))
      #expect(
        found.remedy == "mend what answers GET /live on port 80, or change "
          + "spec.template.spec.containers[name=c].\(field) of Deployment n/web")
    } else {
      #expect(found.remedy.contains("--previous"))
    }
  }

  @Test("a container that runs again after several ends is a warning, for a while")
  func restarts() throws {
    func pod(_ seconds: Int, _ count: Int) throws -> ClusterPicture {
      try picture(
        Sample.pod(
          state: #"{"running":{"startedAt":"\#(ago(5))"}}"#,
          last: #"{"terminated":{"exitCode":1,"finishedAt":"\#(ago(seconds))"}}"#, restarts: count,
          status: #""phase":"Running""#))
    }
    let found = try only(pod(599, 3))
    #expect(found.code == .restarts && found.severity == .warning)
    #expect(Diagnosis.findings(in: try pod(601, 3)).isEmpty)
    #expect(Diagnosis.findings(in: try pod(599, 2)).isEmpty)
  }

  @Test(
    "what keeps a container from being made names the field",
    arguments: [
      (
        "CreateContainerConfigError", Finding.Code.containerConfiguration, "containers[name=c].env "
      ),
      ("CreateContainerError", .containerStart, "containers[name=c].command "),
      ("ErrImageNeverPull", .imagePull, "containers[name=c].imagePullPolicy "),
    ])
  func making(_ reason: String, _ code: Finding.Code, _ field: String) throws {
    let found = try only(picture(Sample.pod(state: Sample.waiting(reason, "said why"))))
    #expect(found.code == code && found.reason == "said why")
    #expect(found.remedy.contains(field), "\(found.remedy)")
  }

  @Test("a pod that is being made is given a minute, then its newest warning is told")
  func slow() throws {
    func pod(_ seconds: Int) throws -> ClusterPicture {
      try picture(
        #"""
        {"kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"w","containers":[{"name":"c"}]},
         "status":{"phase":"Pending","startTime":"\#(ago(seconds))","containerStatuses":[
          {"name":"c","state":{"waiting":{"reason":"ContainerCreating"}}}]}}
        """#, Sample.event("Pod", "p", "older", at: ago(90)),
        Sample.event("Pod", "p", "secret \\\"s\\\" not found", at: ago(9)))
    }
    #expect(Diagnosis.findings(in: try pod(60)).isEmpty)
    let found = try only(pod(61))
    #expect(found.code == .stuckCreating && found.reason == #"secret "s" not found"#)
  }

  @Test("a container that is not ready is given its probe's delay and a minute")
  func unready() throws {
    func pod(_ seconds: Int) throws -> ClusterPicture {
      try picture(
        Sample.pod(
          state: #"{"running":{"startedAt":"\#(ago(seconds))"}}"#,
          container:
            #""readinessProbe":{"initialDelaySeconds":10,"httpGet":{"path":"/ok","port":80}}"#,
          status: #""phase":"Running""#))
    }
    #expect(Diagnosis.findings(in: try pod(70)).isEmpty)
    let found = try only(pod(71))
    #expect(found.code == .notReady)
    #expect(found.remedy.contains("mend what answers GET /ok on port 80"))
    #expect(found.remedy.contains("spec.template.spec.containers[name=c].readinessProbe"))
  }

  @Test("a pod that failed is a warning, but for a Job's, which tells of them itself")
  func failed() throws {
    let status = #""phase":"Failed","reason":"Evicted","message":"out of disk""#
    let found = try only(picture(Sample.pod(state: "{}", status: status)))
    #expect(found.code == .podFailed && found.severity == .warning)
    #expect(found.reason == "Evicted: out of disk")
    let ofJob = Sample.pod(
      state: "{}", owner: #"{"kind":"Job","name":"j","controller":true}"#, status: status)
    #expect(Diagnosis.findings(in: try picture(ofJob)).isEmpty)
  }

  @Test("pods that run, have ended well, or are on their way out are no findings")
  func healthy() throws {
    let leaving = Sample.pod(state: Sample.waiting("ErrImagePull"))
      .replacing(#""labels""#, with: #""deletionTimestamp":"\#(ago(1))","labels""#)
    let found = Diagnosis.findings(
      in: try picture(
        Sample.readyPod, leaving, Sample.pod("done", state: "{}", status: #""phase":"Succeeded""#)))
    #expect(found.isEmpty, "\(found)")
  }
}
