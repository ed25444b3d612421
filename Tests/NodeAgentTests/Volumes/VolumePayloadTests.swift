import Foundations
import Resources
import Testing

@testable import NodeAgent

@Suite struct VolumePayloadTests {
  private var sources: VolumeSources {
    var sources = VolumeSources()
    sources.configMaps["cm"] = ConfigMap([
      "data": ["b": "two", "a": "one"], "binaryData": ["bin": "AAE="],
    ])
    sources.secrets["s"] = Secret(["data": ["key": "c2VjcmV0"]])
    sources.tokens[ServiceAccountTokenRequest(ServiceAccountTokenProjection(["path": "token"]))] =
      "jwt"
    return sources
  }

  private func files(_ volume: Document, pod: Pod = .sample()) throws -> [String] {
    let payload = VolumePayload(pod: pod, sources: sources)
    return try #require(try payload.files(of: Volume(volume))).map {
      "\($0.path) \(String($0.mode, radix: 8)) \($0.bytes.map { String($0) }.joined(separator: "."))"
        .replacing("116.119.111", with: "two").replacing("111.110.101", with: "one")
        .replacing("106.119.116", with: "jwt")
    }
  }

  @Test("a config map shows every key, text and bytes")
  func configMap() throws {
    #expect(
      try files(["name": "v", "configMap": ["name": "cm"]])
        == ["a 644 one", "b 644 two", "bin 644 0.1"])
  }

  @Test("items choose keys, names and modes")
  func items() throws {
    let volume: Document = [
      "name": "v",
      "configMap": [
        "name": "cm", "defaultMode": 0o400,
        "items": [["key": "a", "path": "x/y"], ["key": "b", "path": "z", "mode": 0o600]],
      ],
    ]
    #expect(try files(volume) == ["x/y 400 one", "z 600 two"])
  }

  @Test(
    "what is missing is told, unless it is optional",
    arguments: [
      (["configMap": ["name": "no"]], "configmap \"no\" not found"),
      (["secret": ["secretName": "no"]], "secret \"no\" not found"),
      (
        ["configMap": ["name": "cm", "items": [["key": "q", "path": "q"]]]],
        "references non-existent config key: q"
      ),
      (
        ["secret": ["secretName": "s", "items": [["key": "q", "path": "q"]]]],
        "references non-existent secret key: q"
      ),
      (["configMap": ["name": "no", "optional": true]], nil),
      (
        ["secret": ["secretName": "s", "optional": true, "items": [["key": "q", "path": "q"]]]], nil
      ),
    ] as [(Document, String?)])
  func missing(_ source: Document, _ complaint: String?) throws {
    var volume = source
    volume["name"] = "v"
    if let complaint {
      let error = #expect(throws: VolumeError.self) { try files(volume) }
      #expect(
        error?.description == "MountVolume.SetUp failed for volume \"v\" : \(complaint)")
    } else {
      #expect(try files(volume).isEmpty)
    }
  }

  @Test("a projected volume shows all its parts together")
  func projected() throws {
    let volume: Document = [
      "name": "v",
      "projected": [
        "defaultMode": 0o444,
        "sources": [
          ["serviceAccountToken": ["path": "token"]],
          ["configMap": ["name": "cm", "items": [["key": "a", "path": "a"]]]],
          [
            "downwardAPI": [
              "items": [["path": "ns", "fieldRef": ["fieldPath": "metadata.namespace"]]]
            ]
          ],
        ],
      ],
    ]
    #expect(try files(volume) == ["token 444 jwt", "a 444 one", "ns 444 116.111.119.110"])
    let grouped = Pod.sample {
      $0.spec.securityContext = PodSecurityContext(["fsGroup": 5])
    }
    #expect(try files(volume, pod: grouped).first == "token 600 jwt")
    let owned = Pod.sample {
      $0.spec.securityContext = PodSecurityContext(["fsGroup": 5, "runAsUser": 1000])
    }
    let shown = try VolumePayload(pod: owned, sources: sources).files(of: Volume(volume))
    #expect(shown?.first?.userID == 1000 && shown?.first?.mode == 0o600)
  }

  @Test("labels and annotations are listed in order, with quotes")
  func downward() throws {
    let pod = Pod.sample { $0.metadata.labels = ["b": "2", "a": "say \"hi\"\n"] }
    let payload = VolumePayload(pod: pod, sources: sources)
    let files = try payload.files(
      of: Volume([
        "name": "v",
        "downwardAPI": [
          "items": [["path": "labels", "fieldRef": ["fieldPath": "metadata.labels"]]]
        ],
      ]))
    #expect(
      files.map { String(decoding: $0[0].bytes, as: UTF8.self) }
        == "a=\"say \\\"hi\\\"\\n\"\nb=\"2\"")
  }

  @Test("what has to be gathered is known beforehand")
  func needs() {
    let needs = VolumePayload.Needs(of: [
      Volume(["name": "a", "configMap": ["name": "cm"]]),
      Volume(["name": "b", "projected": ["sources": [["secret": ["name": "s"]]]]]),
      Volume(["name": "c", "emptyDir": .emptyObject]),
    ])
    #expect(needs.configMaps == ["cm"] && needs.secrets == ["s"] && needs.tokens.isEmpty)
  }
}
