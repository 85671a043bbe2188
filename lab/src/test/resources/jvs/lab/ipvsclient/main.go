// Four goroutines, each with a handle and a service of its own, fill and edit the table by the
// library that Docker and Kubernetes use; "stats" prints what a service has counted.
package main

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/moby/ipvs"
)

const servers = 40

func services(vip, vip6 string) []*ipvs.Service {
	four, six := net.ParseIP(vip), net.ParseIP(vip6)
	const inet, inet6 = syscall.AF_INET, syscall.AF_INET6
	const tcp, udp = syscall.IPPROTO_TCP, syscall.IPPROTO_UDP
	return []*ipvs.Service{
		{AddressFamily: inet, Protocol: tcp, Address: four, Port: 9001, SchedName: "rr"},
		{AddressFamily: inet, Protocol: udp, Address: four, Port: 9002, SchedName: "wlc"},
		{AddressFamily: inet6, Protocol: tcp, Address: six, Port: 9003, SchedName: "wrr", Netmask: 128},
		{AddressFamily: inet, FWMark: 9, SchedName: "sh"},
	}
}

func server(s *ipvs.Service, number int) *ipvs.Destination {
	address := net.IPv4(10, 7, 0, byte(1+number))
	if s.AddressFamily == syscall.AF_INET6 {
		address = net.ParseIP(fmt.Sprintf("fd00:7::%d", 1+number))
	}
	return &ipvs.Destination{
		AddressFamily:   s.AddressFamily,
		Address:         address,
		Port:            s.Port,
		Weight:          1,
		ConnectionFlags: ipvs.ConnectionFlagDirectRoute,
	}
}

func must(what string, err error) {
	if err != nil {
		panic(what + ": " + err.Error())
	}
}

func require(what string, got, wanted interface{}) {
	if got != wanted {
		panic(fmt.Sprintf("%s: %v instead of %v", what, got, wanted))
	}
}

func fill(s *ipvs.Service) {
	handle, err := ipvs.New("")
	must("handle", err)
	defer handle.Close()
	must("new service", handle.NewService(s))
	require("service is there", handle.IsServicePresent(s), true)
	require("the same again", handle.NewService(s), syscall.EEXIST)
	for i := 0; i < servers; i++ {
		must("new server", handle.NewDestination(s, server(s, i)))
	}
	for i := 0; i < servers; i++ {
		d := server(s, i)
		d.Weight = 2 + i
		d.UpperThreshold = 1000
		must("update server", handle.UpdateDestination(s, d))
	}
	extra := server(s, servers)
	must("new server", handle.NewDestination(s, extra))
	must("delete server", handle.DelDestination(s, extra))
	require("delete it again", handle.DelDestination(s, extra), syscall.ENOENT)

	list, err := handle.GetDestinations(s)
	must("list servers", err)
	require("servers", len(list), servers)
	sum := 0
	for _, d := range list {
		sum += d.Weight
		require("threshold", d.UpperThreshold, uint32(1000))
		require("family", d.AddressFamily, s.AddressFamily)
	}
	require("sum of weights", sum, servers*2+servers*(servers-1)/2)
	s.SchedName = "lc"
	must("update service", handle.UpdateService(s))
	read, err := handle.GetService(s)
	must("get service", err)
	require("scheduler", read.SchedName, "lc")
}

func main() {
	if os.Args[1] == "stats" {
		handle, err := ipvs.New("")
		must("handle", err)
		list, err := handle.GetServices()
		must("list", err)
		for _, s := range list {
			if s.Port == 80 {
				fmt.Println(s.Stats.Connections, "connections,", s.Stats.BytesIn > 100)
			}
		}
		return
	}
	all := services(os.Args[1], os.Args[2])
	done := make(chan string)
	for _, s := range all {
		go func(s *ipvs.Service) {
			defer func() { done <- fmt.Sprint(recover()) }()
			fill(s)
		}(s)
	}
	for range all {
		if result := <-done; result != "<nil>" {
			fmt.Println(result)
			os.Exit(1)
		}
	}
	handle, err := ipvs.New("")
	must("handle", err)
	must("timeouts", handle.SetConfig(&ipvs.Config{TimeoutTCP: 901 * time.Second}))
	config, err := handle.GetConfig()
	must("timeouts", err)
	require("TCP timeout", config.TimeoutTCP, 901*time.Second)
	list, err := handle.GetServices()
	must("list services", err)
	total := 0
	for _, s := range list {
		destinations, err := handle.GetDestinations(s)
		must("list servers", err)
		if s.Port != 80 {
			total += len(destinations)
		}
	}
	fmt.Println(total, "servers")
}
