package wapi

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsDomainInfo shows an own zone; rows that wait for a commit count (wapi.md §7.5).
func dnsDomainInfo(ctx context.Context, c *call) (jsonx.Obj, error) {
	v, err := c.ownZone(ctx)
	if err != nil {
		return nil, err
	}
	changed, committed, err := c.zoneDates(ctx, v.Zone)
	if err != nil {
		return nil, err
	}
	servers := apexServers(v.Records)
	out, err := c.servedElsewhere(ctx, v.Zone, servers)
	if err != nil {
		return nil, err
	}
	rows := 0
	for _, x := range v.Records {
		if isRow(x) {
			rows++
		}
	}
	z := v.Zone
	return jsonx.Obj{{"domain", jsonx.Obj{
		{"name", string(z.Origin)}, {"status", statusOfZone}, {"type", string(z.Kind)}, {"tlock", "none"}, {"autocommit", "1"},
		{"axfr_enabled", oneOrZero(len(z.AllowXFR) > 0)}, {"axfr_ips", showPrefixes(z.AllowXFR)},
		{"changed", oneOrZero(z.Staged > 0)}, {"changed_date", dateTime(changed)}, {"commit_date", dateTime(committed)},
		{"reload_pending", "0"}, {"reload_pending_date", ""}, {"reload_date", ""}, {"disabled_date", ""}, {"enabled_date", ""},
		{"add_date", dateTime(z.Created)}, {"rname", z.SOA.RName}, {"serial", strconv.FormatUint(uint64(z.Serial), 10)},
		{"refresh", strconv.Itoa(z.SOA.Refresh)}, {"retry", strconv.Itoa(z.SOA.Retry)}, {"expire", strconv.Itoa(z.SOA.Expire)},
		{"minimum", strconv.Itoa(z.SOA.Minimum)}, {"rr_cnt", strconv.Itoa(rows)}, {"ns_out", oneOrZero(out)}, {"ns", servers},
	}}}, nil
}

func oneOrZero(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// zoneDates are the moments of the last edit and of the last change of what is served. An edit that this interface has made is
// older than the commit that it waits for.
func (c *call) zoneDates(ctx context.Context, z zone.Zone) (changed, committed time.Time, err error) {
	text, err := c.d.runner.ZoneNote(ctx, z, name)
	if err != nil {
		return changed, committed, err
	}
	list, err := do(ctx, c, command.ZoneHistory{Origin: string(z.Origin), Limit: 1})
	if err != nil {
		return changed, committed, err
	}
	edited := readNote(text).edited
	committed, changed = z.Created, edited
	ours := false
	if len(list) > 0 && !list[0].At.IsZero() {
		committed, ours = list[0].At, list[0].Who == "autocommit" || strings.HasPrefix(list[0].Who, name+" ")
	}
	switch {
	case edited.IsZero() && z.Staged > 0:
		changed = z.StagedAt
	case edited.IsZero() || !ours && committed.After(edited):
		changed = committed
	}
	return changed, committed, nil
}

// apexServers are the names of the zone's own name servers.
func apexServers(records []zone.Record) []string {
	out := []string{}
	for _, x := range records {
		if !isRow(x) {
			out = append(out, strings.TrimSuffix(x.Data, "."))
		}
	}
	return out
}

// servedElsewhere reports whether the account's domain of the zone's name is delegated to none of the zone's servers. Of other
// domains the delegation is not known.
func (c *call) servedElsewhere(ctx context.Context, z zone.Zone, servers []string) (bool, error) {
	info, err := do(ctx, c, command.InfoDomain{Name: string(z.Origin)})
	if err != nil {
		if errs.Is(err, errs.Internal) {
			return false, err
		}
		return false, nil
	}
	for _, s := range info.Domain.Servers {
		if slices.Contains(servers, string(s.Name)) {
			return false, nil
		}
	}
	return len(info.Domain.Servers) > 0, nil
}

// showPrefixes are addresses, and networks that another interface has put there.
func showPrefixes(list []netip.Prefix) []string {
	out := []string{}
	for _, p := range list {
		if p.IsSingleIP() {
			out = append(out, p.Addr().String())
		} else {
			out = append(out, p.String())
		}
	}
	return out
}
