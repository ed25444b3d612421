import MartletTesting
import Networking
import Resources
import Store
import Synchronization
import Testing

@testable import APIServer

@Suite("Health", .timeLimit(.minutes(5))) struct HealthTests {
  @Test("pages name their checks as kube-apiserver does")
  func names() async throws {
    try await TestAPIServer.run { server in
      let nobody = try server.client(user: nil)
      #expect(try await nobody.get("/readyz").text == "ok")
      #expect(
        try await nobody.get("/readyz?verbose").text
          == "[+]ping ok\n[+]etcd ok\n[+]etcd-readiness ok\nreadyz check passed\n")
      #expect(
        try await nobody.get("/livez?verbose").text
          == "[+]ping ok\n[+]etcd ok\nlivez check passed\n")
      #expect(
        try await nobody.get("/healthz?verbose").text
          == "[+]ping ok\n[+]etcd ok\nhealthz check passed\n")
      #expect(
        try await nobody.get("/livez?verbose&exclude=etcd&exclude=none").text == """
          [+]ping ok
          [+]etcd excluded: ok
          warn: some health checks cannot be excluded: no matches for "none"
          livez check passed

          """)
    }
  }

  @Test("a check that fails is named, alone or among others, and can be left out")
  func failing() async throws {
    try await TestAPIServer.run { server in
      let holds = Mutex(false)
      server.api.health.add(
        HealthCheck("poststarthook/a", on: [.ready]) {
          holds.withLock { $0 } ? nil : "secret detail"
        })
      let nobody = try server.client(user: nil)
      let failed = try await nobody.get("/readyz")
      #expect(failed.status == 500)
      #expect(
        failed.text == """
          [+]ping ok
          [+]etcd ok
          [+]etcd-readiness ok
          [-]poststarthook/a failed: reason withheld
          readyz check failed

          """)
      #expect(try await nobody.get("/readyz?exclude=poststarthook/a").text == "ok")
      #expect(try await nobody.get("/livez").status == 200)

      let admin = try server.client()
      #expect(try await admin.get("/readyz/poststarthook/a").status == 500)
      #expect(try await admin.get("/readyz/etcd").text == "ok")
      #expect(try await admin.get("/livez/poststarthook/a").status == 404)
      #expect(try await admin.get("/readyz/none").status == 404)
      #expect(try await nobody.get("/readyz/etcd").status == 401)
      holds.withLock { $0 = true }
      #expect(try await nobody.get("/readyz").text == "ok")
    }
  }

  @Test("a store that is closed fails the check of it")
  func closedStore() async throws {
    try await TestAPIServer.run { server in
      await server.store.close()
      let nobody = try server.client(user: nil)
      for page in ["/livez", "/readyz"] {
        let answer = try await nobody.get(page)
        #expect(answer.status == 500)
        #expect(answer.text.contains("[-]etcd failed: reason withheld\n"))
      }
    }
  }
}
