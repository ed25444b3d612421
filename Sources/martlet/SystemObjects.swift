import ClusterDNS
import Foundations
import IngressRouting
import Resources
import Security

/// The objects that every cluster has: system namespaces, the API's own Service, the priority
/// classes that protect the cluster's own pods.
struct SystemObjects {
  let settings: ControlPlaneSettings

  /// Creates what is missing and mends what differs where it must not.
  func ensure(_ client: any ClusterClient) async throws {
    for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
      try await create(
        client, .namespaces, nil,
        [
          "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": Document(name)],
        ])
    }
    for (name, value) in [
      ("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000),
    ] {
      try await create(
        client, .priorityClasses, nil,
        [
          "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
          "metadata": ["name": Document(name)], "value": Document(value),
          "description": "Used for pods that the cluster cannot do without.",
        ])
    }
    try await create(client, .storageClasses, nil, storageClass)
    if settings.hasIngress { try await create(client, .ingressClasses, nil, ingressClass) }
    try await create(client, .serviceCIDRs, nil, serviceCIDR)
    try await replace(client, .configMaps, ClusterFacts.namespace, settings.facts.object)
    for access in NodeAccess.objects {
      try await replace(client, access.resource, access.namespace, access.object)
    }
    try await create(client, .services, "default", service)
    try await ensureNameService(client)
    try await replace(client, .endpointSlices, "default", endpointSlice)
    try await replace(client, .endpoints, "default", endpoints)
  }

  /// Claims that name no class get a directory of the node that their first pod goes to.
  private var storageClass: Document {
    [
      "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
      "metadata": [
        "name": "local-path", "annotations": [StorageAnnotations.defaultClass: "true"],
      ],
      "provisioner": Document(StorageProvisioner.localPath),
      "volumeBindingMode": "WaitForFirstConsumer", "reclaimPolicy": "Delete",
      "allowVolumeExpansion": true,
    ]
  }

  /// Ingresses that name no class are served by the nodes' own ingress.
  private var ingressClass: Document {
    [
      "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass",
      "metadata": [
        "name": Document(IngressClasses.usualName),
        "annotations": [IngressClasses.defaultAnnotation: "true"],
      ],
      "spec": ["controller": Document(IngressClasses.controller)],
    ]
  }

  private var serviceCIDR: Document {
    [
      "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR",
      "metadata": ["name": "kubernetes"],
      "spec": ["cidrs": [Document(settings.serviceRange.description)]],
    ]
  }

  private var service: Document {
    [
      "apiVersion": "v1", "kind": "Service",
      "metadata": [
        "name": "kubernetes", "namespace": "default",
        "labels": ["component": "apiserver", "provider": "kubernetes"],
      ],
      "spec": [
        "type": "ClusterIP", "clusterIP": Document(settings.naming.apiServiceAddress.description),
        "ports": [
          [
            "name": "https", "port": 443, "protocol": "TCP",
            "targetPort": Document(settings.port),
          ]
        ],
      ],
    ]
  }

  /// Nodes add their name servers to it. Each node's pods ask their own node's: no question leaves
  /// the node, and a node that is gone takes no others' answers with it.
  private var nameService: Document {
    [
      "apiVersion": "v1", "kind": "Service",
      "metadata": [
        "name": Document(EndpointAnnouncement.serviceName),
        "namespace": Document(EndpointAnnouncement.namespace),
        "labels": ["k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS"],
      ],
      "spec": [
        "type": "ClusterIP", "clusterIP": Document(settings.clusterDNS.description),
        "internalTrafficPolicy": "Local",
        "ports": [
          ["name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53],
          ["name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53],
        ],
      ],
    ]
  }

  /// A Service's address cannot be changed: after a change of the setting it is made anew.
  private func ensureNameService(_ client: any ClusterClient) async throws {
    let (wanted, key) = (nameService, ObjectKey(nameService))
    do {
      let found = try await client.get(.services, namespace: key.namespace, name: key.name)
      let path = ["spec", "clusterIP"]
      guard found[path: path[0], path[1]] != wanted[path: path[0], path[1]] else { return }
      _ = try await client.delete(
        .services, namespace: key.namespace, name: key.name, options: DeleteOptions())
    } catch let error as APIError where error.reason == .notFound {
      // The first start.
    }
    _ = try await client.create(.services, namespace: key.namespace, wanted)
  }

  private var endpointSlice: Document {
    [
      "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
      "metadata": [
        "name": "kubernetes", "namespace": "default",
        "labels": ["kubernetes.io/service-name": "kubernetes"],
      ],
      "addressType": "IPv4",
      "endpoints": [
        [
          "addresses": [Document(settings.advertisedAddress)], "conditions": ["ready": true],
        ]
      ],
      "ports": [["name": "https", "port": Document(settings.port), "protocol": "TCP"]],
    ]
  }

  private var endpoints: Document {
    [
      "apiVersion": "v1", "kind": "Endpoints",
      "metadata": [
        "name": "kubernetes", "namespace": "default",
        "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"],
      ],
      "subsets": [
        [
          "addresses": [["ip": Document(settings.advertisedAddress)]],
          "ports": [["name": "https", "port": Document(settings.port), "protocol": "TCP"]],
        ]
      ],
    ]
  }

  private func create(
    _ client: any ClusterClient, _ resource: ResourceType, _ namespace: String?, _ object: Document
  ) async throws {
    do {
      _ = try await client.get(resource, namespace: namespace, name: ObjectKey(object).name)
    } catch let error as APIError where error.reason == .notFound {
      _ = try await client.create(resource, namespace: namespace, object)
    }
  }

  private func replace(
    _ client: any ClusterClient, _ resource: ResourceType, _ namespace: String?, _ object: Document
  ) async throws {
    do {
      _ = try await client.update(resource, namespace: namespace, object)
    } catch let error as APIError where error.reason == .notFound {
      _ = try await client.create(resource, namespace: namespace, object)
    }
  }
}
