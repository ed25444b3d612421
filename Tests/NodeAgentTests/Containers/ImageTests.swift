import ContainerRuntimeInterface
import Resources
import Testing

@testable import NodeAgent

@Suite struct ImageTests {
  @Test(
    "the policy decides with what is here",
    arguments: [
      ("Always", true, ImagePullDecision.pull), ("Always", false, .pull),
      ("IfNotPresent", true, .use), ("IfNotPresent", false, .pull), ("Never", true, .use),
      ("Never", false, .refuse), (nil, true, .use),
    ] as [(String?, Bool, ImagePullDecision)])
  func policies(_ policy: String?, _ isPresent: Bool, _ expected: ImagePullDecision) {
    #expect(ImagePullDecision(policy: policy, isPresent: isPresent) == expected)
  }

  @Test(
    "names have a registry and a repository",
    arguments: [
      ("busybox", "docker.io library/busybox"), ("busybox:1", "docker.io library/busybox"),
      ("a/b:1", "docker.io a/b"), ("reg.io/x", "reg.io x"), ("localhost/x", "localhost x"),
      ("reg:5000/x/y:2@sha256:ab", "reg:5000 x/y"), ("Busy", nil), ("", nil), ("a//b", nil),
      ("busybox@sha256:0", "docker.io library/busybox"),
    ] as [(String, String?)])
  func references(_ text: String, _ expected: String?) {
    let reference = ImageReference(text).map { "\($0.registry) \($0.repository)" }
    #expect(reference == expected)
  }

  private func secret(_ auths: String) -> Secret {
    Secret([
      "type": "kubernetes.io/dockerconfigjson",
      "data": [".dockerconfigjson": Document(base64("{\"auths\":\(auths)}"))],
    ])
  }

  private func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var output = ""
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = Array(bytes[start..<min(start + 3, bytes.count)])
      let bits = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for place in 0..<4 {
        output.append(
          place <= part.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
    return output
  }

  @Test("credentials are found by registry and path, the most exact first")
  func credentials() throws {
    let secret = secret(
      """
      {"https://index.docker.io/v1/": {"username": "d", "password": "p"},
       "reg.io": {"auth": "\(base64("u:a:b"))"}, "reg.io/team": {"username": "t"},
       "*.example.com": {"username": "star"}}
      """)
    func users(_ image: String) throws -> [String] {
      let reference = try #require(ImageReference(image))
      return PullSecrets.credentials(for: reference, in: [secret]).map(\.username)
    }
    #expect(try users("busybox") == ["d"])
    #expect(try users("reg.io/team/x:1") == ["t", "u"])
    #expect(try users("reg.io/teams/x:1") == ["u"])
    #expect(try users("a.example.com/x") == ["star"])
    #expect(try users("a.b.example.com/x") == [])
    let reference = try #require(ImageReference("reg.io/x"))
    #expect(
      PullSecrets.credentials(for: reference, in: [secret]).first?.password == "a:b")
  }
}
