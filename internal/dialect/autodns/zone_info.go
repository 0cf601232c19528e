package autodns

import "context"

// zoneInquire is task 0205: with a name one zone, else a list.
func zoneInquire(ctx context.Context, t *task) (result, error) {
	if t.object.ChildTrim("name") == "" {
		return zoneList(ctx, t)
	}
	v, err := t.theZone(ctx)
	if err != nil {
		return result{}, err
	}
	r := t.done('S')
	r.data = []el{block("zone", t.q.zoneEls(v)...)}
	return r, nil
}
