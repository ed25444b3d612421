import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("Pod security", .timeLimit(.minutes(5)))
struct PodSecurityAdmissionTests {
  private static let pods = "/api/v1/namespaces/default/pods"

  private func label(_ client: TestAPIClient, _ labels: String) async throws
    -> TestAPIClient.Answer
  {
    try await client.patch(
      "/api/v1/namespaces/default", .merge, #"{"metadata":{"labels":{\#(labels)}}}"#)
  }

  private func pod(_ name: String, _ spec: String = "", context: String = "{}") -> String {
    #"{"metadata":{"name":"\#(name)"},"spec":{"containers":[{"name":"c","image":"i","securityContext":\#(context)}]\#(spec)}}"#
  }

  private let restricted =
    #"{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}"#

  @Test("pods that the enforced level does not allow are refused with each reason")
  func enforcement() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      #expect(
        try await label(client, #""pod-security.kubernetes.io/enforce":"restricted""#).status
          == 200)
      let refused = try await client.post(Self.pods, pod("a", #","hostPID":true"#))
      #expect(refused.status == 403)
      #expect(
        refused.message
          == #"pods "a" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostPID=true), allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")"#
      )
      let allowed = try await client.post(Self.pods, pod("a", context: restricted))
      #expect(allowed.status == 201, "\(allowed.text)")
      // What the pod runs is looked at, its labels are not.
      let labelled = try await client.patch(
        Self.pods + "/a", .merge, #"{"metadata":{"labels":{"a":"b"}}}"#)
      #expect(labelled.status == 200)
    }
  }

  @Test("controllers are warned of, in the level that is enforced, and made all the same")
  func controllers() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      _ = try await label(client, #""pod-security.kubernetes.io/enforce":"baseline""#)
      let made = try await client.post(
        "/apis/apps/v1/namespaces/default/deployments",
        #"{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"hostNetwork":true,"containers":[{"name":"c","image":"i"}]}}}}"#
      )
      #expect(made.status == 201, "\(made.text)")
      #expect(
        made.headers["warning"]
          == #"299 - "would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)""#
      )
    }
  }

  @Test("a stricter namespace tells of the pods it holds, and refuses labels it cannot read")
  func namespaces() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      for name in ["b", "a"] {
        _ = try await client.post(Self.pods, pod(name, #","hostIPC":true"#))
      }
      let stricter = try await label(
        client,
        #""pod-security.kubernetes.io/enforce":"baseline","pod-security.kubernetes.io/enforce-version":"v1.30""#
      )
      #expect(stricter.status == 200)
      #expect(
        stricter.headers.values(of: "warning") == [
          #"299 - "existing pods in namespace \"default\" violate the new PodSecurity enforce level \"baseline:v1.30\"""#,
          #"299 - "a (and 1 other pod): host namespaces""#,
        ])
      let wrong = try await label(client, #""pod-security.kubernetes.io/enforce":"strict""#)
      #expect(wrong.status == 422)
      #expect(
        wrong.causes == [
          "FieldValueInvalid metadata.labels[pod-security.kubernetes.io/enforce]"
        ])
    }
  }
}
