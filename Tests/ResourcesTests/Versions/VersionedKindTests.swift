import Resources
import Testing

@Suite("Kinds served in several versions")
struct VersionedKindTests {
  private static let catalog = ResourceCatalog.builtin

  private func versions(_ group: String, _ version: String, _ plural: String) throws
    -> VersionedKind
  {
    let shown = try #require(Self.catalog.resource(group, version, plural))
    return try #require(Self.catalog.versions(of: Self.catalog.storedResource(of: shown)))
  }

  @Test("each kind is stored once, in its most settled version; events with the core group")
  func stored() {
    let stored = Self.catalog.storedResources.map { "\($0.plural).\($0.group)/\($0.version)" }
    let names = Set(Self.catalog.storedResources.map { "\($0.kind.kind).\($0.group)" })
    #expect(names.count == stored.count)
    for name in [
      "events./v1", "horizontalpodautoscalers.autoscaling/v2", "resourceclaims.resource.k8s.io/v1",
      "devicetaintrules.resource.k8s.io/v1beta2", "clustertrustbundles.certificates.k8s.io/v1beta1",
      "pods./v1",
    ] { #expect(stored.contains(name)) }
    #expect(!stored.contains("events.events.k8s.io/v1"))
  }

  @Test(
    "what a version shows goes back as it was",
    arguments: [
      (
        ["events.k8s.io", "v1", "events"],
        #"{"metadata":{"name":"e"},"involvedObject":{"name":"p"},"message":"m","source":"#
          + #"{"component":"c"},"firstTimestamp":null,"count":3,"reportingComponent":"r","#
          + #""series":{"count":2}}"#
      ),
      (
        ["autoscaling", "v1", "horizontalpodautoscalers"],
        #"{"metadata":{"name":"h"},"spec":{"maxReplicas":3,"metrics":[{"type":"Resource","#
          + #""resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}},"#
          + #"{"type":"Pods","pods":{"metric":{"name":"q","selector":{"matchLabels":{"a":"b"}}},"#
          + #""target":{"type":"AverageValue","averageValue":"1k"}}},{"type":"External","external":"#
          + #"{"metric":{"name":"x"},"target":{"type":"Value","value":"2"}}},{"type":"Object","#
          + #""object":{"describedObject":{"kind":"Service","name":"s"},"metric":{"name":"o"},"#
          + #""target":{"type":"Value","value":"7"}}},{"type":"ContainerResource","#
          + #""containerResource":{"name":"cpu","container":"c","target":{"type":"AverageValue","#
          + #""averageValue":"1"}}}],"behavior":{"scaleDown":{"stabilizationWindowSeconds":5}}},"#
          + #""status":{"currentReplicas":1,"desiredReplicas":2,"conditions":[{"type":"AbleToScale","#
          + #""status":"True"}],"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","#
          + #""current":{"averageUtilization":40,"averageValue":"10m"}}}]}}"#
      ),
      (
        ["resource.k8s.io", "v1beta1", "resourceclaims"],
        #"{"metadata":{"name":"c"},"spec":{"devices":{"requests":[{"name":"r","exactly":"#
          + #"{"deviceClassName":"d","count":2}},{"name":"f","firstAvailable":[{"name":"x"}]}]}}}"#
      ),
      (
        ["resource.k8s.io", "v1beta1", "resourceslices"],
        #"{"metadata":{"name":"c"},"spec":{"devices":[{"name":"r","attributes":{"a":{"int":1}}},"#
          + #"{"name":"bare"}]}}"#
      ),
    ])
  func roundTrip(_ place: [String], _ json: String) throws {
    let versions = try versions(place[0], place[1], place[2])
    var object = try Document(json: Array(json.utf8))
    object["apiVersion"] = Document(versions.stored.kind.apiVersion)
    object["kind"] = Document(versions.stored.kind.kind)
    let apiVersion = "\(place[0])/\(place[1])"
    let shown = versions.converted(object, to: apiVersion)
    #expect(shown["apiVersion"]?.string == apiVersion)
    #expect(shown != object)
    #expect(versions.storedForm(of: shown) == object)
    // What is shown fits the schema of its version.
    let type = try #require(versions.version(apiVersion)?.type)
    let parsed = try DocumentParser.parse(json: shown.json, as: type, validation: .strict)
    #expect(parsed.problems.isEmpty)
  }

  @Test("an autoscaler of v1 has its one target, and the rest in annotations that upstream reads")
  func autoscaler() throws {
    let versions = try versions("autoscaling", "v1", "horizontalpodautoscalers")
    let object: Document = [
      "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
      "metadata": ["name": "h"],
      "spec": [
        "metrics": [
          [
            "type": "Resource",
            "resource": [
              "name": "memory", "target": ["type": "AverageValue", "averageValue": "1Gi"],
            ],
          ],
          [
            "type": "Resource",
            "resource": [
              "name": "cpu", "target": ["type": "Utilization", "averageUtilization": 7],
            ],
          ],
        ]
      ],
    ]
    let shown = versions.converted(object, to: "autoscaling/v1")
    #expect(shown["spec"] == ["targetCPUUtilizationPercentage": 7])
    #expect(
      shown[path: "metadata", "annotations"]?["autoscaling.alpha.kubernetes.io/metrics"]?.string
        == #"[{"type":"Resource","resource":{"targetAverageValue":"1Gi","name":"memory"}}]"#
        || shown[path: "metadata", "annotations"]?["autoscaling.alpha.kubernetes.io/metrics"]?
          .string
          == #"[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}}]"#
    )
    let wrong: Document = [
      "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler",
      "metadata": [
        "name": "h", "annotations": ["autoscaling.alpha.kubernetes.io/behavior": "{"],
      ], "spec": ["maxReplicas": 1],
    ]
    #expect(versions.storedForm(of: wrong)["spec"] == ["maxReplicas": 1])
  }

  @Test("a manager of one version loses the field that another writes through another version")
  func managers() throws {
    let versions = try versions("events.k8s.io", "v1", "events")
    func manager(_ apiVersion: String) -> FieldManager {
      FieldManager(type: versions.version(apiVersion)?.type, versions: versions)
    }
    func writer(_ name: String, _ apiVersion: String) -> FieldWriter {
      FieldWriter(
        manager: name, apiVersion: apiVersion, subresource: "", time: "2026-01-01T00:00:00Z")
    }
    let made = manager("v1").updated(
      nil,
      [
        "apiVersion": "v1", "kind": "Event", "metadata": ["name": "e"], "message": "one",
        "reason": "R",
      ], by: writer("old", "v1"))
    let shown = versions.converted(made, to: "events.k8s.io/v1")
    var changed = shown
    changed["note"] = "two"
    let result = manager("events.k8s.io/v1").updated(
      shown, changed, by: writer("new", "events.k8s.io/v1"))
    let entries = result[path: "metadata", "managedFields"]?.elements.map {
      "\($0["manager"]?.string ?? "") \($0["apiVersion"]?.string ?? "") "
        + ($0["fieldsV1"]?.jsonText ?? "")
    }
    #expect(
      entries == [
        #"new events.k8s.io/v1 {"f:note":{}}"#, #"old v1 {"f:reason":{}}"#,
      ])
    #expect(
      throws: FieldManager.Conflict(items: [
        .init(owner: #""old" using v1"#, path: ".message")
      ])
    ) {
      try manager("events.k8s.io/v1").applied(
        [
          "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "e"],
          "note": "three",
        ], to: shown, by: writer("applier", "events.k8s.io/v1"), isForced: false)
    }
  }

  @Test("what an applier applied in one version and no longer applies in another goes")
  func applyAcrossVersions() throws {
    let versions = try versions("events.k8s.io", "v1", "events")
    func apply(_ object: Document, to live: Document?) throws -> Document {
      let apiVersion = object["apiVersion"]?.string ?? ""
      let manager = FieldManager(type: versions.version(apiVersion)?.type, versions: versions)
      return try manager.applied(
        object, to: live.map { versions.converted($0, to: apiVersion) },
        by: FieldWriter(
          manager: "a", apiVersion: apiVersion, subresource: "", time: "2026-01-01T00:00:00Z"),
        isForced: false)
    }
    let first = try apply(
      [
        "apiVersion": "v1", "kind": "Event", "metadata": ["name": "e"], "message": "m",
        "reason": "R",
      ], to: nil)
    let second = try apply(
      [
        "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": ["name": "e"],
        "reason": "R",
      ], to: first)
    #expect(second["note"] == nil && second["reason"]?.string == "R")
  }
}
