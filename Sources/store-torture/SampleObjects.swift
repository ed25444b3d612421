import Resources

/// Objects of the size that API servers hold.
enum SampleObjects {
  /// A config map of about 1 KB.
  static func configMap(_ name: String) -> Document {
    [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(name, manager: "kubectl"),
      "data": ["text": Document(String(repeating: "0123456789abcdef", count: 32))],
    ]
  }

  /// A running pod of about 3 KB.
  static func pod(_ name: String, node: String) -> Document {
    var container: Document = [
      "name": "web", "image": "registry.example/web:1.2.3", "imagePullPolicy": "IfNotPresent",
      "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
      "resources": [
        "limits": ["cpu": "500m", "memory": "128Mi"],
        "requests": ["cpu": "250m", "memory": "64Mi"],
      ],
      "ports": [["containerPort": 80, "protocol": "TCP"]],
    ]
    container["env"] = Document(
      (0..<8).map { ["name": Document("VARIABLE_\($0)"), "value": "a value of some length"] })
    container["volumeMounts"] = [
      [
        "name": "kube-api-access", "readOnly": true,
        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
      ]
    ]
    return [
      "apiVersion": "v1", "kind": "Pod", "metadata": metadata(name, manager: "controller"),
      "spec": [
        "nodeName": Document(node), "containers": [container], "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst", "serviceAccountName": "default", "enableServiceLinks": true,
        "terminationGracePeriodSeconds": 30, "schedulerName": "default-scheduler", "priority": 0,
      ],
      "status": [
        "phase": "Running", "hostIP": "10.0.0.1", "podIP": "10.244.0.17", "qosClass": "Burstable",
        "conditions": Document(
          ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map {
            [
              "type": Document($0), "status": "True", "lastProbeTime": "2026-01-01T00:00:00Z",
              "lastTransitionTime": "2026-01-01T00:00:00Z",
            ]
          }),
      ],
    ]
  }

  private static func metadata(_ name: String, manager: String) -> Document {
    [
      "name": Document(name), "namespace": "default",
      "uid": "5f1d2e3c-7a8b-4c9d-8e0f-1a2b3c4d5e6f",
      "creationTimestamp": "2026-01-01T00:00:00Z",
      "labels": ["app": "web", "tier": "front"],
      "managedFields": [
        [
          "manager": Document(manager), "operation": "Update", "apiVersion": "v1",
          "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1",
          "fieldsV1": ["f:metadata": ["f:labels": ["f:app": [:], "f:tier": [:]]]],
        ]
      ],
    ]
  }
}
