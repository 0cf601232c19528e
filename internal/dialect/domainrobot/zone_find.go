package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// zoneAt reads the zone that the address names, whole: by its origin, and by a name server where one is named. An origin is served
// once, so the name server may be the system's first one or any other of the zone (domainrobot-json.md §8.5).
func (d *Dialect) zoneAt(ctx context.Context, q *request) (zoneView, error) {
	return d.zoneOf(ctx, q, q.arg("name"), q.arg("virtualNameServer"))
}

func (d *Dialect) zoneOf(ctx context.Context, q *request, origin, server string) (zoneView, error) {
	info, err := command.Do(ctx, d.run, q.caller, command.ZoneInfo{Origin: origin})
	if err != nil {
		return zoneView{}, err
	}
	v := zoneView{Zone: info.Zone, records: info.Records}
	if server != "" && !v.servedBy(server) {
		return v, errs.F(errs.NotFound, "zone", "%s is not on %s", v.Origin, clip(server)).On("zone", string(v.Origin))
	}
	return v, d.readAside(ctx, &v)
}

func (v zoneView) servedBy(server string) bool {
	server = strings.ToLower(strings.TrimSuffix(server, "."))
	if server == virtualNS(v.Zone) || server == string(v.SOA.MName) {
		return true
	}
	for _, x := range v.records {
		if isApexServer(x) && x.Data == server+"." {
			return true
		}
	}
	return false
}

// readAside reads what stands beside the zone.
func (d *Dialect) readAside(ctx context.Context, v *zoneView) error {
	text, err := d.run.ZoneNote(ctx, v.Zone, internetx.ZoneNote)
	v.aside = internetx.ParseZoneAside(text)
	return err
}

// zoneAnswer is the answer with a whole zone as it is now.
func (d *Dialect) zoneAnswer(ctx context.Context, q *request, origin string) (answer, error) {
	v, err := d.zoneOf(ctx, q, origin, "")
	if err != nil {
		return answer{}, err
	}
	return one(classZone, string(v.Origin), q.zoneJSON(v, nil)), nil
}

// retryChange does a change that was reckoned from the present state again while others change the zone meanwhile.
func retryChange(do func() (answer, error)) (a answer, err error) {
	err = command.Contend(nil, func() error {
		a, err = do()
		return err
	})
	return a, err
}
