import Foundations
import Security
import Testing

@Suite struct CredentialStoreTests {
  private let scratch: ScratchDirectory
  private let store: CredentialStore

  init() throws {
    scratch = try ScratchDirectory()
    store = CredentialStore(directory: "\(scratch.path)/pki")
  }

  private func prepare(
    _ naming: ClusterNaming = .sample, at now: Timestamp = .sample
  ) throws -> ClusterCredentials { try store.prepare(naming, now: now) }

  @Test("a first start makes everything, keys for their owner only; a second changes nothing")
  func firstAndSecond() throws {
    let first = try prepare()
    #expect(first.changes.count == 2 + ClusterCertificate.allCases.count + 1)
    #expect(try scratch.permissions(of: "pki") == 0o700)
    for name in try scratch.names(in: "pki") {
      let expected = name.hasSuffix(".key") ? 0o600 : 0o644
      #expect(try scratch.permissions(of: "pki/\(name)") == expected, "\(name)")
    }
    let second = try prepare()
    #expect(second.changes.isEmpty)
    for certificate in ClusterCertificate.allCases {
      #expect(second[certificate] == first[certificate])
    }
    #expect(
      second.serviceAccountKey.verificationKey.identifier
        == first.serviceAccountKey.verificationKey.identifier)
  }

  @Test(
    "each certificate names its holder and is signed by its authority, says openssl",
    arguments: [
      (ClusterCertificate.apiServer, "CN = kube-apiserver", "ca", "sslserver"),
      (
        .apiServerToNode, "O = system:masters, CN = kube-apiserver-kubelet-client", "ca",
        "sslclient"
      ),
      (.frontProxy, "CN = front-proxy-client", "front-proxy-ca", "sslclient"),
      (.nodeServer, "O = system:nodes, CN = system:node:Node-1", "ca", "sslserver"),
      (.nodeClient, "O = system:nodes, CN = system:node:Node-1", "ca", "sslclient"),
      (.admin, "O = system:masters, CN = kubernetes-admin", "ca", "sslclient"),
    ] as [(ClusterCertificate, String, String, String)])
  func profiles(
    _ certificate: ClusterCertificate, _ subject: String, _ authority: String, _ purpose: String
  ) throws {
    _ = try prepare()
    let path = "\(store.directory)/\(certificate.rawValue).crt"
    let named = try Tool.openssl.run(["x509", "-noout", "-subject", "-in", path])
    #expect(named.output == "subject=\(subject)\n")
    for candidate in ["ca", "front-proxy-ca"] {
      let answer = try Tool.openssl.run([
        "verify", "-x509_strict", "-attime", "\(Timestamp.sample.seconds)", "-purpose", purpose,
        "-CAfile", "\(store.directory)/\(candidate).crt", path,
      ])
      #expect((answer.status == 0) == (candidate == authority), "\(answer.output)")
    }
  }

  @Test(
    "the API server is found under every name that clients and pods use",
    arguments: [
      ("-verify_hostname", "kubernetes"), ("-verify_hostname", "kubernetes.default"),
      ("-verify_hostname", "kubernetes.default.svc"),
      ("-verify_hostname", "kubernetes.default.svc.cluster.local"),
      ("-verify_hostname", "localhost"), ("-verify_hostname", "node-1"),
      ("-verify_hostname", "api.example.com"), ("-verify_ip", "127.0.0.1"), ("-verify_ip", "::1"),
      ("-verify_ip", "10.43.0.1"), ("-verify_ip", "192.0.2.7"), ("-verify_ip", "2001:db8::7"),
      ("-verify_ip", "203.0.113.9"),
    ])
  func serverNames(_ option: String, _ name: String) throws {
    _ = try prepare()
    let answer = try Tool.openssl.run([
      "verify", "-attime", "\(Timestamp.sample.seconds)", "-CAfile",
      "\(store.directory)/ca.crt", option, name, "\(store.directory)/apiserver.crt",
    ])
    #expect(answer.status == 0, "\(answer.output)")
  }

  @Test("new addresses make the serving certificates again, and nothing else")
  func changedAddresses() throws {
    let before = try prepare()
    var naming = ClusterNaming.sample
    naming.nodeAddresses = [IPAddress("192.0.2.8")!]
    let after = try prepare(naming)
    #expect(after.changes.count == 2)
    #expect(after.changes.allSatisfy { $0.hasSuffix("its names or addresses changed") })
    for certificate in ClusterCertificate.allCases {
      let isServer = certificate == .apiServer || certificate == .nodeServer
      #expect((after[certificate] != before[certificate]) == isServer, "\(certificate)")
    }
    naming.nodeAddresses.append(naming.nodeAddresses[0])  // the same names, said twice
    #expect(try prepare(naming).changes.isEmpty)
  }

  @Test("certificates are made again from 90 days before their end, not a second earlier")
  func renewal() throws {
    _ = try prepare()
    let renewal = Timestamp.sample.after(
      CertificateAuthority.leafLifetime - CertificateAuthority.renewalPeriod)
    #expect(try prepare(at: renewal).changes.isEmpty)
    let renewed = try prepare(at: renewal.after(.seconds(1)))
    #expect(renewed.changes.count == ClusterCertificate.allCases.count)
    let first = try #require(renewed.changes.first)
    #expect(first.hasSuffix("it ends at 2027-03-01T12:00:00Z"), "\(first)")
  }

  @Test("certificates made while the clock was ahead are made again")
  func clockWasAhead() throws {
    _ = try prepare()
    var naming = ClusterNaming.sample
    naming.nodeAddresses = []
    _ = try prepare(naming, at: .sample.after(.days(100)))
    let back = try prepare(naming, at: .sample.after(.days(1)))
    #expect(back.changes.count == 2)
    #expect(back.changes.allSatisfy { $0.contains("it begins at") })
  }

  @Test("a CA gets a later end under its own key two years before its end, not a second earlier")
  func authorityRenewal() throws {
    let first = try prepare()
    let time = Timestamp.sample.after(
      CertificateAuthority.authorityLifetime - CertificateAuthority.authorityRenewalPeriod)
    let before = try prepare(at: time)
    #expect(before.authorityPEMs == first.authorityPEMs)
    let after = try prepare(at: time.after(.seconds(1)))
    #expect(after.changes.count == 2)
    #expect(after.changes.allSatisfy { $0.contains("again, under the same key") })
    #expect(Set(after.authorityPEMs).isDisjoint(with: first.authorityPEMs))
    #expect(try prepare(at: time.after(.days(1))).changes.isEmpty)
    let (old, new) = (
      try ShownAuthority(first.clusterAuthority.certificatePEM),
      try ShownAuthority(after.clusterAuthority.certificatePEM)
    )
    #expect(new.pin == old.pin && new.succeeds(old) && !old.succeeds(new))
  }

  @Test("what the old certificate of a CA vouched for, the new one does, and the other way round")
  func bothAuthorities() throws {
    _ = try prepare()
    let old = try scratch.write(try scratch.read("pki/ca.crt"), to: "old-ca.crt")
    let oldLeaf = try scratch.write(try scratch.read("pki/admin.crt"), to: "old-admin.crt")
    let late = Timestamp.sample.after(CertificateAuthority.authorityLifetime - .days(700))
    _ = try prepare(at: late)
    let new = "\(store.directory)/ca.crt"
    for (authority, leaf, time) in [
      (new, oldLeaf, Timestamp.sample), (old, "\(store.directory)/admin.crt", late),
      (new, "\(store.directory)/admin.crt", late),
    ] {
      let answer = try Tool.openssl.run([
        "verify", "-x509_strict", "-attime", "\(time.seconds)", "-CAfile", authority, leaf,
      ])
      #expect(answer.status == 0, "\(answer.output)")
    }
  }

  @Test("a clock ten or fifty years ahead finds everything made again, and back again too")
  func farAhead() throws {
    let first = try prepare()
    for years in [10, 50] {
      let now = Timestamp.sample.after(.days(366 * years))
      #expect(!first.isGood(at: now))
      let made = try prepare(at: now)
      #expect(made.isGood(at: now) && !made.isGood(at: .sample))
      #expect(made.warnings(now: now).isEmpty)
    }
    let back = try prepare()
    #expect(back.isGood(at: .sample))
    #expect(back.changes.count == ClusterCertificate.allCases.count)
    #expect(back.changes.allSatisfy { $0.contains("it begins at") })
  }

  @Test("nothing is due as long as a look would change nothing, to the second")
  func goodTimes() throws {
    let made = try prepare()
    let end = Timestamp.sample.after(
      CertificateAuthority.leafLifetime - CertificateAuthority.renewalPeriod)
    let start = Timestamp.sample.after(.zero - CertificateAuthority.clockSkew)
    #expect(made.isGood(at: start) && made.isGood(at: end))
    #expect(!made.isGood(at: start.after(.seconds(-1))) && !made.isGood(at: end.after(.seconds(1))))
  }

  @Test("a CA that another one signed cannot be prolonged: this is said in time, and after its end")
  func signedByAnother() throws {
    try scratch.makeDirectory("root")
    let days = 1_000
    let configuration = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
    _ = try scratch.write(Array(configuration.utf8), to: "root/extensions")
    let root = "\(scratch.path)/root"
    for arguments in [
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
        "9000", "-subj", "/CN=root", "-keyout", "\(root)/root.key", "-out", "\(root)/root.crt",
      ],
      [
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
        "/CN=middle", "-keyout", "\(root)/ca.key", "-out", "\(root)/ca.csr",
      ],
      [
        "x509", "-req", "-in", "\(root)/ca.csr", "-CA", "\(root)/root.crt", "-CAkey",
        "\(root)/root.key", "-days", "\(days)", "-extfile", "\(root)/extensions", "-out",
        "\(root)/ca.crt",
      ],
    ] {
      let answer = try Tool.openssl.run(arguments)
      #expect(answer.status == 0, "\(answer.output)")
    }
    try scratch.makeDirectory("pki")
    for name in ["ca.crt", "ca.key"] {
      _ = try scratch.write(try scratch.read("root/\(name)"), to: "pki/\(name)")
    }
    let now = Timestamp.now().after(.seconds(1))
    let made = try prepare(at: now)
    #expect(made.warnings(now: now).isEmpty)
    let late = now.after(.days(days - 30))
    let last = try prepare(at: late)
    #expect(try scratch.read("pki/ca.crt") == scratch.read("root/ca.crt"))
    #expect(last.warnings(now: late).count == 1)
    #expect(last.isGood(at: late), "a leaf that ends with its CA is made again and again")
    let error = #expect(throws: CredentialError.self) {
      try prepare(at: now.after(.days(days + 1)))
    }
    #expect(error?.description.contains("ca.crt ended at") == true)
  }

  @Test("a clock before the authority's time gives one sentence with the fix")
  func wrongClock() throws {
    _ = try prepare()
    let start = Timestamp.sample.after(.zero - CertificateAuthority.clockSkew)
    let path = "\(store.directory)/ca.crt"
    #expect(throws: Never.self) { try prepare(at: start) }
    let early = start.after(.seconds(-1))
    #expect(
      throws: CredentialError.authorityNotYetValid(path: path, since: start, now: early)
    ) { try prepare(at: early) }
    let unset = Timestamp(seconds: 0)
    let error = CredentialError.clockImplausible(now: unset)
    #expect(throws: error) { try prepare(at: unset) }
    #expect(error.description.contains("1970-01-01T00:00:00Z"))
    #expect(error.description.contains("timedatectl"))
  }

  @Test("halves that a crash leaves are completed")
  func crashRemnants() throws {
    _ = try prepare()
    try scratch.remove("pki/admin.crt")
    try scratch.remove("pki/node-client.key")
    #expect(try prepare().changes.count == 2)
    // A first start that ended between the authority's two files.
    let key = try scratch.read("pki/ca.key")
    for name in try scratch.names(in: "pki") where name != "ca.key" {
      try scratch.remove("pki/\(name)")
    }
    _ = try prepare()
    #expect(try scratch.read("pki/ca.key") == key)
  }

  @Test("a pair whose halves do not match, or a broken leaf, is made again")
  func brokenLeaf() throws {
    _ = try prepare()
    _ = try scratch.write(try scratch.read("pki/admin.key"), to: "pki/node-client.key")
    _ = try scratch.write(Array("nonsense".utf8), to: "pki/apiserver.crt")
    let changes = try prepare().changes
    #expect(changes.count == 2)
    #expect(changes.contains { $0.contains("does not belong") })
    #expect(changes.contains { $0.contains("no PEM certificate") })
  }

  @Test("a broken authority or token key is reported and left alone")
  func brokenAuthority() throws {
    _ = try prepare()
    let good = try scratch.read("pki/ca.key")
    try scratch.remove("pki/ca.key")
    #expect(
      throws: CredentialError.authorityIncomplete(missing: "\(store.directory)/ca.key")
    ) { try prepare() }
    _ = try scratch.write(Array("nonsense".utf8), to: "pki/ca.key")
    #expect(throws: CredentialError.self) { try prepare() }
    #expect(try scratch.read("pki/ca.key") == Array("nonsense".utf8))
    _ = try scratch.write(good, to: "pki/ca.key")
    _ = try scratch.write(Array("nonsense".utf8), to: "pki/service-account.key")
    let error = #expect(throws: CredentialError.self) { try prepare() }
    #expect(error?.description.contains("service-account.key") == true)
    #expect(try scratch.read("pki/service-account.key") == Array("nonsense".utf8))
  }

  @Test("another authority put in place makes every certificate of it again")
  func replacedAuthority() throws {
    _ = try prepare()
    let other = try ScratchDirectory()
    _ = try CredentialStore(directory: other.path).prepare(.sample, now: .sample)
    for name in ["ca.crt", "ca.key"] {
      _ = try scratch.write(try other.read(name), to: "pki/\(name)")
    }
    let changes = try prepare().changes
    #expect(changes.count == ClusterCertificate.allCases.count - 1)
    #expect(changes.allSatisfy { $0.hasSuffix("another CA signed it") })
  }
}
