/// Of how pods are reached.
let networkDescriptions: StaticString = #"""
  Service A name and an address for a set of pods.
  ServiceSpec What a Service is to be.
   allocateLoadBalancerNodePorts Whether a Service of type LoadBalancer gets node ports.
   clusterIP Its address inside the cluster; given by the server. None makes it headless: its name leads to the pods themselves.
   clusterIPs Its addresses, one for each family.
   externalIPs Further addresses whose traffic to the ports leads to the Service.
   externalName The name that a Service of type ExternalName stands for.
   externalTrafficPolicy Where traffic from outside goes: Cluster to any pod, Local to pods of the node that it came to, which keeps the client's address.
   healthCheckNodePort Where load balancers ask whether a node has pods, for externalTrafficPolicy Local.
   internalTrafficPolicy Where traffic from inside goes: Cluster to any pod, Local to pods of the same node.
   ipFamilies IPv4, IPv6 or both.
   ipFamilyPolicy SingleStack, PreferDualStack or RequireDualStack.
   loadBalancerClass Who provides the load balancer.
   loadBalancerIP Deprecated.
   loadBalancerSourceRanges The clients that the load balancer lets pass.
   ports The ports.
   publishNotReadyAddresses Whether pods that are not ready are told of as well.
   selector The labels of the pods; without one, someone else makes the endpoints.
   sessionAffinity None, or ClientIP, which sends a client to the same pod again.
   sessionAffinityConfig How long that lasts.
   trafficDistribution Whether near endpoints are preferred, such as PreferSameZone.
   type ClusterIP, NodePort, LoadBalancer or ExternalName.
  ServicePort A port of a Service.
   appProtocol What is spoken there, such as http.
   name A name, needed where there are several.
   nodePort The port of every node that leads here.
   port The Service's port.
   protocol TCP, UDP or SCTP.
   targetPort The port of the pods, by number or name; the same as port where not set.
  ServiceStatus What a Service stands at.
   loadBalancer Where the load balancer is reached.
  Endpoints The addresses behind a Service. The older form of EndpointSlice.
  EndpointSlice Some of the addresses behind a Service.
   addressType IPv4, IPv6 or FQDN.
   endpoints The addresses with what is known of each.
   ports The ports.
  Endpoint One address, or several of one pod.
   addresses The addresses.
   hostname The pod's host name, for headless Services.
   nodeName The node that it is on.
   targetRef The pod.
   zone The zone that it is in.
  EndpointConditions What is known of an endpoint.
   ready Whether it should get traffic.
   serving Whether it answers, be it ending or not.
   terminating Whether it is ending.
  Ingress Leads HTTP requests from outside to Services, by host and path.
  IngressSpec What an Ingress is to be.
   defaultBackend Where requests go that no rule is for.
   ingressClassName Who carries it out.
   rules What goes where.
   tls Certificates for hosts.
  IngressRule What goes where for one host.
   host The host; *.example.com for all names one level below. All hosts where not set.
   http The paths.
  HTTPIngressPath Where requests for a path go.
   backend The Service.
   path The path.
   pathType Exact, Prefix (by whole elements) or ImplementationSpecific.
  IngressBackend Where requests go.
   resource Another object that answers.
   service The Service and its port.
  IngressTLS A certificate for some hosts.
   hosts The hosts.
   secretName A Secret of type kubernetes.io/tls in the same namespace.
  IngressClass Someone who carries Ingresses out.
  NetworkPolicy Which traffic pods may have.
  NetworkPolicySpec What a policy allows. Pods that no policy is for may have any traffic.
   egress What may leave the pods.
   ingress What may reach them.
   podSelector The pods that the policy is for.
   policyTypes Ingress, Egress or both.
  """#
