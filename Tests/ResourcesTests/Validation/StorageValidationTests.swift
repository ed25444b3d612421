import Resources
import Testing

@Suite("Rules of volumes, claims and classes")
struct StorageValidationTests {
  private func errors(_ new: Document, replacing old: Document? = nil) throws -> [String] {
    let kind = GroupVersionKind(
      apiVersion: try #require(new["apiVersion"]?.string), kind: try #require(new["kind"]?.string))
    return ObjectValidation.errors(
      in: new, replacing: old, kind: kind, type: Schema.builtin.type(of: kind)
    ).map(\.description)
  }

  private let volume: Document = [
    "apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": "v"],
    "spec": [
      "capacity": ["storage": "1Gi"], "accessModes": ["ReadWriteOnce"],
      "persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem",
      "local": ["path": "/disk"],
      "nodeAffinity": [
        "required": [
          "nodeSelectorTerms": [
            ["matchExpressions": [["key": "host", "operator": "In", "values": ["a"]]]]
          ]
        ]
      ],
    ],
  ]

  private let claim: Document = [
    "apiVersion": "v1", "kind": "PersistentVolumeClaim",
    "metadata": ["name": "c", "namespace": "default"],
    "spec": [
      "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
      "storageClassName": "fast",
    ],
    "status": ["phase": "Bound", "capacity": ["storage": "1Gi"]],
  ]

  private func changed(_ object: Document, _ path: [String], _ value: Document?) -> Document {
    var object = object
    object.set(value, at: path)
    return object
  }

  @Test("good ones have no errors")
  func good() throws {
    #expect(try errors(volume) == [])
    #expect(try errors(claim) == [])
    #expect(try errors(volume, replacing: volume) == [])
    #expect(try errors(claim, replacing: claim) == [])
  }

  @Test("each mistake in a volume is told with its place and what would be right")
  func volumeMistakes() throws {
    let changes: [([String], Document?, String)] = [
      (["spec", "accessModes"], nil, "spec.accessModes: Required value"),
      (
        ["spec", "accessModes"], ["ReadWriteOncePod", "ReadWriteOnce"],
        "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"
      ),
      (["spec", "capacity"], nil, "spec.capacity: Required value"),
      (
        ["spec", "capacity", "storage"], "0",
        "spec.capacity[storage]: Invalid value: \"0\": must be greater than zero"
      ),
      (
        ["spec", "nodeAffinity"], nil,
        "spec.nodeAffinity: Required value: Local volume requires node affinity"
      ),
      (["spec", "nodeAffinity", "required"], nil, "spec.nodeAffinity.required: Required value"),
      (["spec", "local"], nil, "spec: Required value: must specify a volume type"),
      (
        ["spec", "hostPath"], ["path": "/x"],
        "Forbidden: may not specify more than 1 volume type"
      ),
      (["spec", "local", "path"], "/a/../b", "spec.local.path: Invalid value: \"/a/../b\": must"),
      (
        ["spec", "persistentVolumeReclaimPolicy"], "Burn",
        "spec.persistentVolumeReclaimPolicy: Unsupported value: \"Burn\""
      ),
    ]
    for (path, value, expected) in changes {
      let found = try errors(changed(volume, path, value))
      #expect(found.contains { $0.contains(expected) }, "\(path): \(found)")
    }
  }

  @Test("what a volume is made of and where it is stays; a place may be told later")
  func volumeChanges() throws {
    #expect(
      try errors(changed(volume, ["spec", "local", "path"], "/other"), replacing: volume)
        == [
          "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after "
            + "creation"
        ])
    #expect(
      try errors(changed(volume, ["spec", "volumeMode"], "Block"), replacing: volume)
        == ["volumeMode: Invalid value: \"Block\": field is immutable"])
    #expect(
      try errors(changed(volume, ["spec", "capacity", "storage"], "2Gi"), replacing: volume) == [])
    var host = changed(volume, ["spec", "local"], nil)
    host.set(["path": "/disk"], at: ["spec", "hostPath"])
    let placeless = changed(host, ["spec", "nodeAffinity"], nil)
    #expect(try errors(host, replacing: placeless) == [])
    #expect(try errors(placeless, replacing: host).count == 1)
  }

  @Test("a claim keeps what it was made with, but may grow, and get a class later")
  func claimChanges() throws {
    let size = ["spec", "resources", "requests", "storage"]
    #expect(try errors(changed(claim, size, "2Gi"), replacing: claim) == [])
    let grown = changed(claim, size, "3Gi")
    #expect(try errors(changed(claim, size, "2Gi"), replacing: grown) == [])
    for tooSmall: Document in ["1Gi", "512Mi"] {
      #expect(
        try errors(changed(claim, size, tooSmall), replacing: grown) == [
          "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
        ])
    }
    let classPath = ["spec", "storageClassName"]
    let classless = changed(claim, classPath, nil)
    #expect(try errors(claim, replacing: classless) == [])
    #expect(try errors(changed(claim, classPath, "slow"), replacing: claim).count == 1)
    #expect(try errors(classless, replacing: claim).count == 1)
    #expect(try errors(changed(claim, ["spec", "volumeName"], "v"), replacing: claim) == [])
    let named = changed(claim, ["spec", "volumeName"], "v")
    #expect(try errors(changed(claim, ["spec", "volumeName"], "w"), replacing: named).count == 1)
  }

  @Test("a stateful set's containers may mount its claims, which follow the rules of claims")
  func claimTemplates() throws {
    func set(_ claim: Document) -> Document {
      [
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": ["name": "db"],
        "spec": [
          "selector": ["matchLabels": ["app": "db"]], "serviceName": "db",
          "template": [
            "metadata": ["labels": ["app": "db"]],
            "spec": [
              "containers": [
                [
                  "name": "a", "image": "x", "volumeMounts": [["name": "data", "mountPath": "/d"]],
                ]
              ], "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            ],
          ],
          "volumeClaimTemplates": [["metadata": ["name": "data"], "spec": claim]],
        ],
      ]
    }
    #expect(
      try errors(
        set(["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]]))
        == [])
    #expect(
      try errors(set(["accessModes": ["ReadWriteOnce"]]))
        == ["spec.volumeClaimTemplates[0].spec.resources[storage]: Required value"])
  }

  @Test("a pod's own claims follow the rules of claims")
  func ephemeral() throws {
    func pod(_ volume: Document) -> Document {
      [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "namespace": "default"],
        "spec": [
          "containers": [["name": "a", "image": "x"]], "restartPolicy": "Always",
          "terminationGracePeriodSeconds": 30, "volumes": [volume],
        ],
      ]
    }
    let path = "spec.volumes[0].ephemeral.volumeClaimTemplate"
    #expect(
      try errors(pod(["name": "v", "ephemeral": .emptyObject])).contains("\(path): Required value"))
    let found = try errors(
      pod(["name": "v", "ephemeral": ["volumeClaimTemplate": ["spec": .emptyObject]]]))
    #expect(
      found.contains(
        "\(path).spec.accessModes: Required value: at least 1 access mode is required"))
    #expect(
      try errors(pod(["name": "v", "persistentVolumeClaim": ["claimName": ""]]))
        .contains("spec.volumes[0].persistentVolumeClaim.claimName: Required value"))
  }
}
